// Everything a page needs at once; heavy islands are fetched when a page holds one.
import "./css/app.css";
import htmx from "htmx.org";
import "idiomorph/htmx";
import "./core/bootstrap.js";
import { island, lazyIsland, mountIn } from "./core/mount.js";
import { wireDialogs } from "./core/dialogs.js";
import { startDraft, startGuard, wireForms } from "./core/forms.js";
import { wireRequests } from "./core/requests.js";
import { wireToasts } from "./core/toasts.js";
import { wireNav } from "./shell/nav.js";
import { wirePalette } from "./shell/palette.js";
import { wirePreferences } from "./shell/preferences.js";
import { wireShortcuts } from "./shell/shortcuts.js";

window.htmx = htmx;

island("form[data-guard]", startGuard);
island("form[data-draft]", startDraft);
lazyIsland("[x-data]", () => import("./islands/alpine.js"));

wireDialogs(htmx);
wireForms();
wireRequests(htmx);
wireToasts();
wireNav();
wirePalette();
wirePreferences();
wireShortcuts();
htmx.onLoad(mountIn);

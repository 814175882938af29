// Everything a page needs at once; heavy islands are fetched when a page holds one.
import "./css/app.css";
import htmx from "htmx.org";
import { island, lazyIsland, mountIn } from "./core/mount.js";
import { wireDialogs } from "./core/dialogs.js";
import { startGuard, wireForms } from "./core/forms.js";
import { wireMenus } from "./core/menus.js";
import { wireRequests } from "./core/requests.js";
import { wireToasts } from "./core/toasts.js";
import { nameEdit, startEditForm, wireEdits } from "./islands/inline.js";
import { startReason, startRelative, startScroll, startTimeline, startTooltip, wireCopy, wireUnread } from "./islands/small.js";
import { wireNav } from "./shell/nav.js";
import { wirePalette } from "./shell/palette.js";
import { wirePreferences } from "./shell/preferences.js";
import { wireShortcuts } from "./shell/shortcuts.js";
import { startSteps } from "./islands/steps.js";

window.htmx = htmx;

island("form[data-guard], form[data-draft], dialog.sheet form:not([method=get])", startGuard);
island("dd [data-edit]", nameEdit);
island("form[data-edit-form]", startEditForm);
island("[data-timeline]", startTimeline);
island(".table-scroll, .stage-bar", startScroll);
island("time[data-relative]", startRelative);
island("[data-reason]", startReason);
island('[data-bs-toggle="tooltip"]', startTooltip);

const PHONE = 576;
const fields = () => import("./islands/fields.js");
const lists = () => import("./islands/lists.js");
lazyIsland("form[data-draft]", () => fields().then((parts) => parts.startDraft));
lazyIsland("[data-lookup]", () => fields().then((parts) => parts.startLookup));
lazyIsland("[data-lines]", () => fields().then((parts) => parts.startLines));
island("[data-steps]", startSteps);
lazyIsland("[data-dropzone]", () => fields().then((parts) => parts.startDropzone));
lazyIsland("[data-bulk]", () => lists().then((parts) => parts.startBulk));
lazyIsland("[data-columns]", () => lists().then((parts) => parts.startColumns));
if (innerWidth >= PHONE) lazyIsland("table[data-widths-url]", () => lists().then((parts) => parts.startWidths));
lazyIsland("[data-board]", () => import("./islands/kanban.js").then((part) => part.default));
lazyIsland("[data-conditions]", () => import("./islands/conditions.js").then((part) => part.default));
lazyIsland("[data-chart]", () => import("./islands/chart.js").then((part) => part.default));
lazyIsland("[data-calendar]", () => import("./islands/calendar.js").then((part) => part.default));
lazyIsland("[x-data]", () => import("./islands/alpine.js").then((part) => part.default));
island("[hx-ext~=morph]", () => import("./core/morphing.js"));

wireDialogs();
wireMenus();
wireForms();
wireEdits();
wireCopy();
wireRequests(htmx);
wireToasts();
wireNav();
wirePalette();
wirePreferences();
wireShortcuts();
wireUnread();
htmx.onLoad(mountIn);

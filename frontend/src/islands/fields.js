// The fields of forms that need a script, in one chunk that the first form brings.
import "../css/fields.css";
import { wireLookups } from "./lookup.js";

export { startDraft } from "./drafts.js";
export { startDropzone } from "./dropzone.js";
export { startLines } from "./lines.js";
export { startLookup } from "./lookup.js";

wireLookups();

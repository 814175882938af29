// What lists need, in one chunk that the first list brings.
export { startBulk } from "./bulk.js";
export { startColumns, startWidths } from "./columns.js";

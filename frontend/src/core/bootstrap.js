// The parts of Bootstrap that pages use through data-bs-* attributes.
import Collapse from "bootstrap/js/src/collapse.js";
import Dropdown from "bootstrap/js/src/dropdown.js";
import Tab from "bootstrap/js/src/tab.js";
import Tooltip from "bootstrap/js/src/tooltip.js";

// Menus open above scrolling tables instead of being cut off by them.
Dropdown.Default.popperConfig = { strategy: "fixed" };

export { Collapse, Dropdown, Tab, Tooltip };

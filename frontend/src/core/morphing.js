// Swaps that keep what did not change, for pages with hx-ext="morph".
import { Idiomorph } from "idiomorph/htmx";

// A fold that a person opened or closed stays as they left it.
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element) => !(name === "open" && element.tagName === "DETAILS");

// What a morphed page keeps: a fold that a person opened or closed stays as they left it.
export const keepsOpen = (name, element) => !(name === "open" && element.tagName === "DETAILS");

export function wireMorphing(idiomorph) {
  idiomorph.defaults.callbacks.beforeAttributeUpdated = keepsOpen;
}

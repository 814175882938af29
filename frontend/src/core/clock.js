// How hours are written on every page: 24 of them, in two digits. `hour12: false` would write midnight as 24:00 in English.
export const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

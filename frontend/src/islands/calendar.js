// The calendar: events are asked from data-url?start=&end=; a drag is posted to the event's move_url and undone when refused.
import { Calendar } from "fullcalendar";
import "fullcalendar/skeleton.css";
import "fullcalendar/themes/classic/theme.css";
import "fullcalendar/themes/classic/palette.css";
import "../css/calendar.css";
import classic from "fullcalendar/themes/classic";
import dayGrid from "fullcalendar/daygrid";
import timeGrid from "fullcalendar/timegrid";
import list from "fullcalendar/list";
import interaction from "fullcalendar/interaction";
import chinese from "fullcalendar/locales/zh-cn";
import { CLOCK } from "../core/clock.js";
import { all, find, make } from "../core/dom.js";
import { getJson, post } from "../core/send.js";
import { refuse } from "../core/requests.js";

const NARROW = 768;

async function moved(info) {
  const url = info.event.extendedProps.move_url;
  if (!url) return info.revert();
  const answer = await post(url, { start: info.event.startStr, end: info.event.endStr }).catch(() => null);
  if (answer?.ok) return undefined;
  info.revert();
  return answer && refuse(answer.status, answer.headers.get("Content-Type") ?? "", await answer.text(), window.htmx);
}

function opened(info) {
  const { modal } = info.event.extendedProps;
  if (!modal) return;
  info.jsEvent.preventDefault();
  window.htmx.ajax("GET", modal, { target: "#modal", swap: "innerHTML" });
}

// What FullCalendar leaves unsaid: the names of heads whose text is hidden from readers, and a way into its scrolling part for the keyboard.
function speak(box) {
  for (const head of all(":is([role=columnheader], [role=rowheader])[aria-label]", box)) if (!find(".visually-hidden", head)) head.append(make("span", { class: "visually-hidden" }, head.getAttribute("aria-label")));
  for (const link of all("a[role=listitem]", box)) {
    link.removeAttribute("role");
    const around = link.parentElement.closest("[role=list], [role=listitem]");
    if (around?.getAttribute("role") === "list") around.removeAttribute("role");
  }
  const cells = all("div", box).filter((part) => /auto|scroll/.test(getComputedStyle(part).overflowY)).map((part) => find("[role=gridcell]", part));
  cells.forEach((cell) => cell?.setAttribute("tabindex", "0"));
}

// What the clock shows where the person is, as FullCalendar reads the hours of a zone it is told by name.
function clockOf(zone) {
  return () => new Date().toLocaleString("sv-SE", zone ? { timeZone: zone } : {}).replace(" ", "T");
}

export default function start(box) {
  const zone = box.dataset.zone;
  const phone = innerWidth < NARROW;
  const calendar = new Calendar(box, {
    plugins: [classic, dayGrid, timeGrid, list, interaction],
    locales: [chinese],
    locale: document.documentElement.lang.startsWith("zh") ? "zh-cn" : "en",
    initialView: phone ? "listWeek" : (box.dataset.view ?? "dayGridMonth"),
    headerToolbar: phone ? { start: "prev,next", center: "title", end: "listWeek,timeGridDay" } : { start: "prev,next today", center: "title", end: "dayGridMonth,timeGridWeek,timeGridDay,listWeek" },
    eventTimeFormat: CLOCK,
    slotHeaderFormat: CLOCK,
    timeZone: zone || "local",
    now: clockOf(zone),
    firstDay: 1,
    height: phone ? "auto" : 780,
    scrollTime: "07:30:00",
    noEventsText: document.documentElement.lang.startsWith("zh") ? "这段时间没有日程" : "Nothing is planned in these days",
    nowIndicator: true,
    eventMinHeight: 25,
    dayMaxEvents: true,
    editable: box.hasAttribute("data-editable"),
    events: ({ startStr, endStr }) => getJson(`${box.dataset.url}?${new URLSearchParams({ start: startStr, end: endStr })}`).finally(() => setTimeout(() => box.setAttribute("data-ready", ""), 50)),
    eventClick: opened,
    eventDrop: moved,
    eventResize: moved,
    dateClick: ({ dateStr }) => box.dataset.createUrl && window.htmx.ajax("GET", `${box.dataset.createUrl}?${new URLSearchParams({ start: dateStr })}`, { target: "#modal", swap: "innerHTML" }),
  });
  calendar.render();
  new MutationObserver(() => speak(box)).observe(box, { childList: true, subtree: true });
  speak(box);
  document.body.addEventListener("tonglu:calendar", () => calendar.refetchEvents());
}

// Charts: a small description becomes an ECharts drawing in the colours of the theme; a click opens the records behind it.
//
// {kind: "bar|stack|hbar|line|area|pie|funnel|gauge", labels: [], series: [{name, values: [], urls?: [], kind?}], unit?: "CNY", percent?: true}
import * as core from "echarts/core";
import { BarChart, FunnelChart, GaugeChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

core.use([BarChart, FunnelChart, GaugeChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const PALETTE = {
  light: ["#2f74c0", "#2a9d8f", "#e09f3e", "#8d6cc9", "#d1605e", "#5b8c3a", "#4ba3c7", "#a07d3b"],
  dark: ["#66a8ea", "#57c4b5", "#ecb763", "#b59ae6", "#ee8a86", "#93c46e", "#79c8e6", "#cdae72"],
};

function colours() {
  const probe = document.createElement("i");
  probe.style.transition = "none"; // who wants less motion gets a moment's transition on everything, and every reading would be the first colour
  document.body.append(probe);
  const read = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const found = { ink: read("--ink"), muted: read("--muted"), line: read("--line"), surface: read("--raised") };
  probe.remove();
  return { ...found, palette: PALETTE[document.documentElement.dataset.bsTheme] ?? PALETTE.light };
}

function speaker({ unit, percent }) {
  const lang = document.documentElement.lang;
  const full = new Intl.NumberFormat(lang, percent ? { style: "percent", maximumFractionDigits: 1 } : { maximumFractionDigits: 2 });
  const short = new Intl.NumberFormat(lang, percent ? { style: "percent" } : { notation: "compact", maximumFractionDigits: 1 });
  return { full: (value) => (value == null ? "–" : `${unit ? `${unit} ` : ""}${full.format(value)}`), short: (value) => short.format(value) };
}

const point = (series, labels) => series.values.map((value, index) => ({ value, name: labels[index], url: series.urls?.[index] }));

function round(chart, tone) {
  const [series] = chart.series;
  const base = { name: series.name, data: point(series, chart.labels), label: { color: tone.ink }, itemStyle: { borderColor: tone.surface, borderWidth: 2 } };
  if (chart.kind === "funnel") return [{ ...base, type: "funnel", sort: "none", gap: 2, left: "8%", width: "84%", top: 10, bottom: 10, label: { position: "inside", color: "#fff", formatter: "{b}  {c}" } }];
  if (chart.kind === "gauge") {
    return [{ ...base, type: "gauge", max: chart.max ?? 1, startAngle: 200, endAngle: -20, progress: { show: true, width: 14 }, axisLine: { lineStyle: { width: 14, color: [[1, tone.line]] } }, axisTick: { show: false }, splitLine: { show: false }, axisLabel: { show: false }, pointer: { show: false }, detail: { color: tone.ink, fontSize: 24, offsetCenter: [0, "-8%"], formatter: speaker(chart).full }, title: { color: tone.muted, offsetCenter: [0, "24%"] } }];
  }
  return [{ ...base, type: "pie", radius: ["52%", "78%"], avoidLabelOverlap: true, label: { show: chart.labels.length <= 6, color: tone.ink } }];
}

function straight(chart) {
  return chart.series.map((series) => {
    const kind = series.kind ?? chart.kind;
    const line = kind === "line" || kind === "area";
    return {
      name: series.name,
      type: line ? "line" : "bar",
      stack: chart.kind === "stack" ? "all" : undefined,
      data: point(series, chart.labels),
      barMaxWidth: 34,
      smooth: false,
      symbolSize: 7,
      areaStyle: kind === "area" ? { opacity: 0.15 } : undefined,
      itemStyle: line || chart.kind === "stack" ? undefined : { borderRadius: chart.kind === "hbar" ? [0, 4, 4, 0] : [4, 4, 0, 0] },
    };
  });
}

function axes(chart, tone) {
  const words = { type: "category", data: chart.labels, axisLabel: { color: tone.muted, hideOverlap: true, interval: chart.kind === "hbar" ? 0 : "auto" }, axisLine: { lineStyle: { color: tone.line } }, axisTick: { show: false }, inverse: chart.kind === "hbar" };
  const numbers = { type: "value", splitNumber: chart.kind === "hbar" ? 3 : 5, axisLabel: { color: tone.muted, hideOverlap: true, formatter: speaker(chart).short }, splitLine: { lineStyle: { color: tone.line } } };
  return chart.kind === "hbar" ? { xAxis: numbers, yAxis: words } : { xAxis: words, yAxis: numbers };
}

function options(chart) {
  const tone = colours();
  const isRound = ["pie", "funnel", "gauge"].includes(chart.kind);
  const legend = chart.series.length > 1 || (chart.kind === "pie" && chart.labels.length > 6);
  return {
    color: tone.palette,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: tone.ink },
    animationDuration: 250,
    aria: { enabled: true },
    grid: { left: 8, right: 12, top: legend ? 34 : 12, bottom: 4, containLabel: true },
    legend: legend ? { top: 0, left: 0, type: "scroll", textStyle: { color: tone.muted }, itemWidth: 12, itemHeight: 8 } : undefined,
    tooltip: { trigger: isRound ? "item" : "axis", axisPointer: { type: "shadow" }, backgroundColor: tone.surface, borderColor: tone.line, textStyle: { color: tone.ink }, valueFormatter: speaker(chart).full, confine: true },
    ...(isRound ? {} : axes(chart, tone)),
    series: isRound ? round(chart, tone) : straight(chart),
    ...chart.option,
  };
}

export default function start(box) {
  const chart = JSON.parse(document.getElementById(box.dataset.chart)?.textContent ?? "null");
  if (!chart) return;
  const rows = chart.kind === "hbar" ? chart.labels.length * Math.max(1, chart.series.length * 0.8) : 0;
  if (rows > 8) box.style.blockSize = `${24 * rows + 50}px`; // each bar keeps its name
  const drawing = core.init(box, null, { renderer: "svg" });
  const draw = () => drawing.setOption(options(chart), true);
  draw();
  drawing.on("click", ({ data }) => data?.url && location.assign(data.url));
  if (chart.series.some((series) => series.urls)) box.classList.add("is-clickable");
  new ResizeObserver(() => box.isConnected && drawing.resize()).observe(box);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}

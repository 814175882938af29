// Runs before the first paint: the theme, so that a dark page never flashes white.
{
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");
  const kept = () => {
    try {
      return localStorage.getItem("tonglu:theme");
    } catch {
      return null;
    }
  };
  const paint = () => {
    const choice = root.dataset.theme;
    const theme = choice === "auto" ? (device.matches ? "dark" : "light") : choice;
    root.dataset.bsTheme = theme;
    root.dataset.colorScheme = theme;
  };
  if (root.dataset.theme === "auto") root.dataset.theme = kept() ?? "auto";
  device.addEventListener("change", paint);
  new MutationObserver(paint).observe(root, { attributeFilter: ["data-theme"] });
  paint();
}

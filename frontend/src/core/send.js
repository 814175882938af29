// Requests that are not htmx's: same cookies, same token, same marks.
export function token() {
  const headers = document.body.getAttribute("hx-headers");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : "";
}

export function post(url, fields, more = {}) {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
  return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true", ...more.headers } });
}

export async function getJson(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.json();
}

// A passkey or security key that the browser did not use: say so where the button is, instead of in the console alone.
export default function keyTrouble(said) {
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    said.hidden = false;
  });
}

// Sends the application over a line that comes and goes: always under the key of the page, so that it is one case.
// The key stays in this tab until the receipt is shown or the screen is cleared.
(() => {
  const KEY = "kiosk-key", AGAIN_AFTER = 3000;
  const storage = (act) => { try { return act(sessionStorage); } catch { return null; } };

  const before = document.getElementById("sent-before");
  const kept = storage((it) => it.getItem(KEY));
  if (before && kept) {
    before.elements.key.value = kept;
    before.hidden = false;
    // As everywhere: what nobody touches for so long is forgotten.
    setTimeout(() => { storage((it) => it.removeItem(KEY)); before.hidden = true; }, Number(before.dataset.seconds) * 1000);
  }

  const print = document.getElementById("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  const form = document.getElementById("send");
  if (!form) return;
  const button = document.getElementById("submit"), said = document.getElementById("sending");
  const send = async () => {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.redirected) location.replace(answer.url);
      else form.submit(); // what was answered is a page: it is asked for as one, under the same key
    } catch {
      setTimeout(send, AGAIN_AFTER);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    said.textContent = form.dataset.sending;
    storage((it) => it.setItem(KEY, form.elements.key.value));
    send();
  });
})();

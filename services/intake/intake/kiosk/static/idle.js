// Clears the screen when nobody touches it, warns before, and tells the server that somebody is still typing.
// Without this script the page says so by itself, and the server forgets in any case.
(() => {
  const KEY = "kiosk-key";
  const forget = () => { try { sessionStorage.removeItem(KEY); } catch { /* no storage: nothing kept */ } };
  if (document.getElementById("cleared") || document.getElementById("receipt")) forget();
  const box = document.getElementById("idle");
  if (!box) return;
  const whole = Number(box.dataset.seconds) * 1000;
  const warnAt = whole - Math.min(30000, whole / 3);
  document.getElementById("leave").form.addEventListener("submit", forget);
  let touched = Date.now(), told = Date.now();
  const clear = () => { forget(); location.replace("/cleared"); };
  const alive = async () => {
    told = Date.now();
    try {
      const answer = await fetch("/alive", { method: "POST" });
      if (answer.status === 410) clear();
    } catch { /* the line is down: what is typed stays on the screen, and the timer goes on */ }
  };
  const touch = () => {
    touched = Date.now();
    box.hidden = true;
    if (touched - told > whole / 3) alive();
  };
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, touch, { passive: true });
  setInterval(() => {
    const rests = Date.now() - touched;
    if (rests >= whole) clear();
    else box.hidden = rests < warnAt;
  }, Math.min(1000, whole / 10));
  // A page that comes back out of the browser's memory is asked for again.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();

// Leaves a page that nobody touches, since what it shows is a family's alone. Whoever still reads keeps it: a key, a
// finger or a turn of the wheel begins the time anew. Without this script the page itself leaves.
(() => {
  const page = document.getElementById("rest");
  if (!page) return;
  const after = Number(page.dataset.clearsAfter) * 1000;
  let touched = Date.now();
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
    addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  }
  setInterval(() => {
    if (Date.now() - touched >= after) location.replace("/?ended=1");
  }, 1000);
})();

// The list of looks asks for itself again. While the bus is away the page says so where a whole page does, and the list
// that stands there stays: the answer lacks what officers looked at.
(() => {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail;
    const said = new DOMParser().parseFromString(answer.xhr.responseText, "text/html");
    const standing = said.getElementById("standing");
    if (!standing) return;
    document.getElementById("standing").replaceWith(standing);
    answer.shouldSwap = answer.xhr.status === 200;
    answer.isError = false;
  });
})();

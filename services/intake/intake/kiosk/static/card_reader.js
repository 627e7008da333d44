// Fills in name and number from an identity card. The reader is a program on this machine, at one address that the
// page may talk to (docs/kiosks.md); without it everything is typed.
(() => {
  for (const button of document.querySelectorAll("[data-card]")) {
    const said = document.getElementById(`${button.id}-said`);
    const field = (name) => document.getElementById(`${button.dataset.card}-${name}`);
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      said.textContent = button.dataset.reading;
      try {
        const answer = await fetch(button.dataset.reader, {
          method: "POST",
          mode: "cors",
          credentials: "omit",
          cache: "no-store",
          headers: { "Content-Type": "application/json" },
          body: "{}",
        });
        if (answer.ok) {
          const card = await answer.json();
          for (const name of ["name", "id_number"]) {
            field(name).value = String(card[name] ?? "");
            field(name).dispatchEvent(new Event("input", { bubbles: true }));
          }
          said.textContent = button.dataset.done;
        } else {
          said.textContent = button.dataset.none;
        }
      } catch {
        said.textContent = button.dataset.away;
      } finally {
        button.disabled = false;
      }
    });
  }
})();

// A security key in place of a code, and a new key. What is signed, and whether it holds, the server says; forms work
// without this file, by codes.
(() => {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;

  const asked = async (part) => {
    const answer = await fetch(part.dataset.key, { method: "POST" });
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await answer.json());
    return navigator.credentials.get({ publicKey });
  };
  const made = (part) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(part.dataset.newKey));
    return navigator.credentials.create({ publicKey });
  };

  for (const part of document.querySelectorAll("[data-key], [data-new-key]")) {
    const form = part.closest("form");
    const button = part.querySelector("button");
    const said = part.querySelector("[role=alert]");
    const typed = [...form.querySelectorAll("input[required]")].filter((field) => field.name !== "code");
    part.hidden = false;
    button.addEventListener("click", async () => {
      if (!typed.every((field) => field.reportValidity())) return;
      said.hidden = button.disabled = true;
      try {
        const credential = await ("key" in part.dataset ? asked(part) : made(part));
        part.querySelector("[name=key]").value = JSON.stringify(credential);
        form.submit(); // not as if its button were pressed: that would ask for the code
      } catch {
        said.hidden = false;
        button.disabled = false;
      }
    });
  }
})();

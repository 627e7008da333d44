// The QR code of a receipt holds number and secret behind a #, which no browser sends: they go into the form of the
// sign-in, and out of the address and its history, on whatever page they arrive.
(function () {
  const told = new URLSearchParams(location.hash.slice(1));
  if (!told.has("secret")) return;
  for (const name of ["number", "secret"]) {
    const field = document.getElementById(name);
    if (field) field.value = told.get(name) || "";
  }
  history.replaceState(null, "", location.pathname);
  const enter = document.getElementById("enter");
  if (enter) enter.focus();
})();

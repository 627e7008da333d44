// Says while an ID number is typed whether it can be one (GB 11643, GA 2102). The server decides; the words and the
// tables are the server's (contracts/people.py, contracts/check_digits.py).
(() => {
  const tables = document.getElementById("id-numbers");
  if (!tables) return;
  const provinces = new Set(tables.dataset.provinces.split(" "));
  const checkDigits = tables.dataset.checkDigits;

  const isDay = (digits) => {
    const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].map(Number);
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    return year > 0 && date.getUTCMonth() === month - 1; // a day too many is in the next month
  };
  const checkDigit = (digits) => {
    let total = 0;
    for (let place = 0; place < 17; place += 1) total += Number(digits[place]) * (2 ** (17 - place) % 11);
    return checkDigits[total % 11];
  };
  const wrong = (typed) => {
    const number = typed.toUpperCase();
    if (/^([0-9]{15}|[A-Z]{3}[0-9]{12})$/.test(number)) return "id-number-of-15-digits";
    if (number.length !== 18) return "id-number-length";
    if (!/^[0-9]{17}[0-9X]$/.test(number)) return "id-number-characters";
    if (!provinces.has(number.startsWith("9") ? number.slice(1, 3) : number.slice(0, 2))) return "id-number-province";
    if (!isDay(number.slice(6, 14))) return "id-number-birth-date";
    return checkDigit(number) === number[17] ? "" : "id-number-check-digit";
  };

  for (const field of document.querySelectorAll("[data-id-number]")) {
    const said = document.createElement("p");
    said.className = "live";
    said.id = `${field.id}-live`;
    said.setAttribute("role", "status");
    field.after(said);
    const show = (left) => {
      const typed = field.value.trim();
      const unfinished = typed.length < 18 && /^[0-9]*$/.test(typed) && !left;
      const code = typed && !unfinished ? wrong(typed) : "";
      said.textContent = !typed || unfinished ? "" : code ? tables.getAttribute(`data-${code}`) : tables.dataset.good;
      said.className = code ? "live bad" : "live good";
      if (code) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    };
    field.addEventListener("input", () => show(false));
    field.addEventListener("change", () => show(true));
  }
})();

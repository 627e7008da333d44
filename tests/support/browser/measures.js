// What measures.py asks of a page. Each function gives sentences about what is wrong; none if all is well.
(() => {
  const visible = (e) => e.checkVisibility({ visibilityProperty: true });
  const name = (e) => `${e.tagName.toLowerCase()} ${(e.innerText || e.name || "").trim().slice(0, 20)}`;
  const PRESSED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";

  function isInSentence(e) {
    const texts = [...e.parentElement.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    return e.tagName === "A" && getComputedStyle(e).display === "inline" && texts.some((it) => it.data.trim().length > 1);
  }

  // A box is pressed by its label, too.
  function size(e) {
    const labels = ["radio", "checkbox"].includes(e.type) ? [...e.labels] : [];
    const boxes = [e, ...labels].map((it) => it.getBoundingClientRect());
    return {
      width: Math.max(...boxes.map((it) => it.right)) - Math.min(...boxes.map((it) => it.left)),
      height: Math.max(...boxes.map((it) => it.bottom)) - Math.min(...boxes.map((it) => it.top)),
    };
  }

  function smallTargets(least) {
    return [...document.querySelectorAll(PRESSED)]
      .filter((e) => visible(e) && size(e).height > 1 && !e.classList.contains("skip") && !isInSentence(e))
      .filter((e) => size(e).width < least - 0.5 || size(e).height < least - 0.5)
      .map((e) => `${name(e)}: ${Math.round(size(e).width)} × ${Math.round(size(e).height)} px, least ${least}`);
  }

  function smallTexts(least, lines) {
    const found = new Set();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const e = texts.currentNode.parentElement;
      if (!texts.currentNode.data.trim() || !visible(e) || e.closest("svg, script, noscript, .visually-hidden")) continue;
      const style = getComputedStyle(e);
      const [text, line] = [parseFloat(style.fontSize), parseFloat(style.lineHeight)];
      if (text < least - 0.01) found.add(`${name(e)}: ${text} px, least ${least}`);
      if (line < text * lines - 0.01) found.add(`${name(e)}: lines of ${line} px for ${text} px`);
    }
    return [...found];
  }

  function sideways() {
    const [needed, there] = [document.documentElement.scrollWidth, document.documentElement.clientWidth];
    if (needed <= there) return [];
    const over = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > there + 1);
    const first = over.filter((e) => !e.closest(".scroll")).slice(0, 5);
    return [`${needed} px needed, ${there} there: ${first.map((e) => `${e.tagName}.${e.className}`).join(", ")}`];
  }

  // While the page is shown as on paper.
  function onPaper() {
    const pressed = ".top .choices, .menu, .skip, .actions, .no-print";
    const found = [...document.querySelectorAll(pressed)].filter(visible).map((e) => `on paper stands ${name(e)}`);
    const ground = getComputedStyle(document.body).backgroundColor;
    return ground === "rgb(255, 255, 255)" ? found : [...found, `paper is ${ground}`];
  }

  return { smallTargets, smallTexts, sideways, onPaper };
})()

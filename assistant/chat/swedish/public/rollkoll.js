// What a screen reader needs and Chainlit leaves out: names for buttons that are only a picture, and new answers said.
(() => {
  const NAMES = {
    "#new-chat-button": "Nytt samtal",
    "#theme-toggle": "Ljust eller mörkt",
    "#chat-settings-open-modal": "Välj min roll, enhet och boendeform",
    "#chat-input": "Din fråga",
    "#chat-submit": "Skicka frågan",
    "#stop-button": "Avbryt svaret",
    "button:has(> svg.lucide-copy)": "Kopiera svaret",
    "button:has(> svg.lucide-arrow-down)": "Till det senaste svaret",
  };
  const QUIET = 700; // milliseconds without a change, after which an answer stands as it will
  const LONGEST = 400; // characters said; the rest is there to read

  const said = document.createElement("div");
  said.setAttribute("role", "status");
  said.className = "rollkoll-said";
  let last = null;
  let waiting = 0;

  const name = () => {
    for (const [selector, label] of Object.entries(NAMES)) {
      for (const element of document.querySelectorAll(selector)) {
        if (element.getAttribute("aria-label") !== label) element.setAttribute("aria-label", label);
      }
    }
  };

  const tell = () => {
    const answers = document.querySelectorAll(".ai-message");
    const answer = answers[answers.length - 1];
    const text = answer?.innerText.trim() ?? "";
    if (!text || document.querySelector("#stop-button") || answer === last) return;
    last = answer;
    said.textContent = text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
  };

  const changed = () => {
    name();
    clearTimeout(waiting);
    waiting = setTimeout(tell, QUIET);
  };

  document.body.append(said);
  new MutationObserver(changed).observe(document.getElementById("root") ?? document.body, { childList: true, subtree: true });
  changed();
})();

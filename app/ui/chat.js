/* What the page does by itself: a citation shows its source, a file made by the server is handed to the reader. */
(() => {
  const tab = (name) =>
    [...document.querySelectorAll('#panel button[role="tab"]')].find((one) => one.textContent.trim() === name);

  const show = (id) => {
    tab("Sources")?.click();
    // The panel is drawn by the next frame.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const card = document.getElementById(id);
        if (!card) return;
        for (let fold = card.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
        document.querySelectorAll(".ll-hit").forEach((one) => one.classList.remove("ll-hit"));
        card.classList.add("ll-hit");
        card.scrollIntoView({ block: "nearest", behavior: "auto" });
        card.focus({ preventScroll: true });
      }),
    );
  };

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.('a[href*="#source-"]');
      if (!link) return;
      event.preventDefault();
      event.stopPropagation();
      show(link.getAttribute("href").split("#")[1]);
    },
    true,
  );

  // What is asked, repeated or taken back while an answer still grows waits for its end: two answers that grow at once
  // would write over each other.
  const LATER = ['#chat button[aria-label="Retry"]', '#chat button[aria-label="Undo"]', '#chat button[aria-label="Clear"]', "#clear"];
  const ASK = "#question .submit-button";
  const SENT_FOR = 3000; // ms until the page has answered that it took the question
  let sent = -Infinity;
  let held = "";
  const growing = () => document.querySelector("#question .stop-button") !== null;
  const isBusy = () => growing() || performance.now() - sent < SENT_FOR;
  const hold = (event, selector) => {
    if (isBusy()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      held = selector;
    } else if (selector === ASK) sent = performance.now();
  };
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches?.("#question textarea"))
        hold(event, ASK);
    },
    true,
  );
  document.addEventListener(
    "click",
    (event) => {
      const selector = [ASK, ...LATER].find((one) => event.target.closest?.(one));
      if (selector) hold(event, selector);
    },
    true,
  );
  let grew = false;
  const release = () => {
    if (growing()) {
      grew = true;
      return;
    }
    if (grew) sent = -Infinity;
    grew = false;
    if (!held || isBusy()) return;
    const button = [...document.querySelectorAll(held)].at(-1);
    held = "";
    button?.click();
  };
  new MutationObserver(() => requestAnimationFrame(release)).observe(document.documentElement, {
    childList: true,
    subtree: true,
  });

  // A long answer is read from its beginning: a new question moves to the top of the conversation, and stays there
  // while its answer grows, unless the reader scrolls.
  let asked = 0;
  let until = 0;
  const toTop = (message) => {
    let scroller = message.parentElement;
    while (scroller && scroller.scrollHeight <= scroller.clientHeight + 4) scroller = scroller.parentElement;
    if (scroller?.closest("#chat"))
      scroller.scrollTop += message.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 12;
  };
  const follow = () => {
    const questions = document.querySelectorAll('#chat [data-testid="user"]');
    if (questions.length > asked) until = performance.now() + 1500;
    asked = questions.length;
    if (asked > 1 && performance.now() < until) toTop(questions[asked - 1]);
  };
  for (const kind of ["wheel", "touchmove", "keydown"]) document.addEventListener(kind, () => (until = 0), true);
  new MutationObserver(() => requestAnimationFrame(follow)).observe(document.documentElement, {
    childList: true,
    subtree: true,
  });

  // A wide row begins where its marked cell is.
  const showMarked = () => {
    for (const row of document.querySelectorAll(".ll-row-scroll:not([data-shown])")) {
      const mark = row.querySelector("mark");
      if (!row.clientWidth) continue;
      row.dataset.shown = "yes";
      const fixed = row.querySelector('th[scope="row"]')?.offsetWidth ?? 0;
      if (mark) row.scrollLeft = mark.closest("td, th").offsetLeft - fixed - 24;
    }
  };
  new MutationObserver(() => requestAnimationFrame(showMarked)).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["open", "style", "class"],
  });

  window.latelineSave = (file) => {
    if (!file) return;
    const { name, type, data } = JSON.parse(file);
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type }));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
})();

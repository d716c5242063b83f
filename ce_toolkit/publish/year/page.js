"use strict";
(() => {
  const sections = [...document.querySelectorAll("section.table")];
  const words = document.getElementById("words"), which = document.getElementById("which");
  const place = document.getElementById("place"), said = document.getElementById("said");
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const tables = sections.map((section) => {
    const rows = [...section.querySelectorAll("tbody tr")];
    return { section, body: section.querySelector("tbody"), rows, text: fold(section.dataset.said),
             lines: rows.map((row) => fold([...row.cells].map((cell) => cell.textContent).join(" "))) };
  });

  function show() {
    const wanted = fold(words.value).split(/\s+/).filter(Boolean);
    let found = 0, shown = 0;
    for (const table of tables) {
      const here = (!which.value || table.section.id === which.value) &&
        (!place.value || "places" in table.section.dataset);
      let mine = 0;
      table.rows.forEach((row, at) => {
        const hit = here && wanted.every((word) => table.text.includes(word) || table.lines[at].includes(word)) &&
          (!place.value || row.dataset.place === place.value);
        row.hidden = !hit;
        mine += hit && !row.classList.contains("total") ? 1 : 0;
      });
      const whole = table.rows.filter((row) => row.classList.contains("total"));
      if (mine) whole.forEach((row) => { row.hidden = false; });
      const open = here && (mine > 0 || whole.some((row) => !row.hidden) || (!table.rows.length && !wanted.length));
      table.section.hidden = !open;
      document.querySelector(`nav a[href="#${table.section.id}"]`).parentElement.hidden = !open;
      found += mine;
      shown += open ? 1 : 0;
    }
    document.querySelector("p.none").hidden = shown > 0;
    const all = !wanted.length && !which.value && !place.value;
    said.textContent = all ? "" : `${shown} 个表，${found} 行`;
  }

  const number = (text) => {
    const plain = text.replace(/[,%\s]/g, "");
    return /^[-+]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
  };
  const blank = (text) => ["※", "未报", "—", ""].includes(text);

  function compare(one, other, way) {
    if (blank(one) || blank(other)) return blank(one) - blank(other);
    const first = number(one), second = number(other);
    if (first !== null && second !== null) return way * (first - second);
    return way * one.localeCompare(other, "zh");
  }

  function sort(table, column, head) {
    const next = { none: "descending", descending: "ascending", ascending: "none" };
    const way = next[head.getAttribute("aria-sort") || "none"];
    for (const each of table.section.querySelectorAll("thead th")) each.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", way);
    const text = (row) => row.cells[column].textContent.trim();
    const body = table.rows.filter((row) => !row.classList.contains("total"));
    if (way !== "none") body.sort((one, other) => compare(text(one), text(other), way === "ascending" ? 1 : -1));
    table.body.append(...body, ...table.rows.filter((row) => row.classList.contains("total")));
  }

  for (const table of tables) {
    table.section.querySelectorAll("thead th").forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = "按此列排序";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => sort(table, column, head));
    });
  }
  for (const field of [words, which, place]) field.addEventListener("input", show);
  document.getElementById("clear").addEventListener("click", () => {
    words.value = which.value = place.value = "";
    show();
    words.focus();
  });
  document.getElementById("print").addEventListener("click", () => window.print());
  document.querySelector(".controls").hidden = false;
})();

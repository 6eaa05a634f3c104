"use strict";
// A link "#rows:country=GB" shows the rows that carry that key; without this script it leads to the first of them.
(() => {
  const rows = [...document.querySelectorAll("#all tbody tr")];
  const bar = document.getElementById("filter");
  const words = document.getElementById("filter-words");
  const filter = () => {
    let hash = location.hash.slice(1);
    try { hash = decodeURIComponent(hash); } catch { /* not ours */ }
    const key = hash.startsWith("rows:") ? hash.slice(5) : "";
    let n = 0;
    for (const row of rows) {
      row.hidden = key !== "" && !row.dataset.keys.split(" ").includes(key);
      if (!row.hidden) n += 1;
    }
    bar.hidden = key === "";
    words.textContent = key === "" ? "" : `${n} rows: ${key.replace("=", " ").replaceAll("_", " ")}`;
    if (key !== "") document.getElementById("all").scrollIntoView();
  };
  addEventListener("hashchange", filter);
  filter();
})();

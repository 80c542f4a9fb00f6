// The report's pages, drawn from the data in the document. The address's fragment says which page and how:
// #/            index        #/s/NAME  a stencil     #/helpers  all helpers   #/h/SYMBOL  a helper
// #/diff        differences  #/d/NAME  one of them   each with ?q=words&sort=column&dir=asc&theme=dark
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const sets = data.sets, current = sets[sets.length - 1];
  const main = document.getElementById("main"), search = document.getElementById("search");
  const tip = document.getElementById("tip");
  const byName = new Map(current.stencils.map(s => [s.name, s]));
  const number = new Intl.NumberFormat("en");

  // element("td.value", {title: "x"}, child, "text")
  function element(kind, attributes, ...children) {
    const [tag, ...classes] = kind.split(".");
    const node = document.createElement(tag);
    if (classes.length) node.className = classes.join(" ");
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }
  function drawn(tag, attributes, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }
  const hex = n => n.toString(16).padStart(4, "0");
  const link = (page, name) => element("a", {href: "#/" + page + "/" + encodeURIComponent(name)}, name);
  const signed = n => n > 0 ? "+" + n : n < 0 ? "\u2212" + -n : "";

  // What calls what: a helper is a symbol that some instruction calls or whose address some hole holds.
  const helpers = new Map();
  for (const s of current.stencils) {
    const calls = new Map();
    for (const line of s.lines) if (line[7]) calls.set(line[7], (calls.get(line[7]) || 0) + 1);
    s.calledHelpers = calls;
    const used = new Set(calls.keys());
    for (const h of s.holes) if (h[6]) used.add(h[6]);
    for (const name of used) {
      if (!helpers.has(name)) helpers.set(name, {name, callers: [], users: [], calls: 0});
      const helper = helpers.get(name);
      if (calls.has(name)) { helper.callers.push(s.name); helper.calls += calls.get(name); }
      else helper.users.push(s.name);
    }
  }

  // ---- state -------------------------------------------------------------------------------------------
  let state = {page: "", name: "", q: "", sort: "", dir: ""}, rows = [], selected = -1;
  function readState() {
    const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
    const [page, ...rest] = path.split("/"), options = new URLSearchParams(query || "");
    state = {page, name: decodeURIComponent(rest.join("/")), q: options.get("q") || "",
             sort: options.get("sort") || "", dir: options.get("dir") || ""};
    if (options.get("theme")) setTheme(options.get("theme"));
    if (options.get("focus")) state.focus = +options.get("focus");
  }
  function writeState(changes) {
    Object.assign(state, changes);
    const options = new URLSearchParams();
    for (const key of ["q", "sort", "dir"]) if (state[key]) options.set(key, state[key]);
    const text = "#/" + state.page + (state.name ? "/" + encodeURIComponent(state.name) : "") + (`${options}` ? "?" + options : "");
    history.replaceState(null, "", text);
    draw();
  }
  function setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("stencils-theme", theme); } catch (e) { /* a file may have no storage */ }
  }
  function firstTheme() {
    try { const kept = localStorage.getItem("stencils-theme"); if (kept) return kept; } catch (e) { /* likewise */ }
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  // ---- lists -------------------------------------------------------------------------------------------
  const matches = name => state.q.toLowerCase().split(/\s+/).every(word => name.toLowerCase().includes(word));
  function list(items, columns, standard, open) {
    const column = columns.find(c => c.key === (state.sort || standard.sort)) || columns[0];
    const up = (state.dir || (state.sort ? (column.text ? "asc" : "desc") : standard.dir)) === "asc" ? 1 : -1;
    const shown = items.filter(item => matches(item.name));
    const value = item => { const v = column.value(item); return v === null || v === undefined ? -Infinity : v; };
    shown.sort((a, b) => {
      const x = value(a), y = value(b);
      return (x < y ? -1 : x > y ? 1 : 0) * up || (a.name < b.name ? -1 : 1);
    });
    const head = element("tr", {}, ...columns.map(c => {
      const cell = element("th", {"data-key": c.key, scope: "col", title: c.hint || ""}, c.title);
      if (c === column) cell.setAttribute("aria-sort", up > 0 ? "ascending" : "descending");
      cell.onclick = () => writeState({sort: c.key, dir: c === column ? (up > 0 ? "desc" : "asc") : (c.text ? "asc" : "desc")});
      return cell;
    }));
    const body = element("tbody");
    for (const item of shown) {
      const row = element("tr", {"data-name": item.name}, ...columns.map(c => element("td", {}, c.cell ? c.cell(item) : text(c.value(item)))));
      row.onclick = event => { if (!event.target.closest("a")) location.hash = open(item); };
      row.open = () => { location.hash = open(item); };
      body.append(row);
    }
    rows = [...body.children];
    main.append(element("table.list", {}, element("thead", {}, head), body));
    if (!shown.length) main.append(element("p.empty", {}, "nothing matches \u201c" + state.q + "\u201d"));
  }
  const text = v => v === null || v === undefined ? "\u2013" : typeof v === "number" ? number.format(v) : String(v);

  function drawIndex() {
    const most = Math.max(1, ...current.stencils.map(s => s.code));
    const total = key => number.format(current.stencils.reduce((sum, s) => sum + s[key], 0));
    main.append(element("h1", {}, current.title), element("p.facts", {},
      element("b", {}, number.format(current.stencils.length)), " stencils, ", element("b", {}, total("code")), " bytes of code, ",
      element("b", {}, total("data")), " of data, ", element("b", {}, total("instructions")), " instructions, ",
      element("b", {}, number.format(helpers.size)), " symbols"));
    list(current.stencils, [
      {key: "name", title: "micro-op", text: true, value: s => s.name, cell: s => link("s", s.name)},
      {key: "code", title: "code", value: s => s.code, hint: "bytes of code", cell: s => {
        const cell = element("span", {});
        cell.append(element("span.bar", {style: `width:${Math.round(90 * s.code / most)}px`}), number.format(s.code));
        return cell;
      }},
      {key: "data", title: "data", value: s => s.data, hint: "bytes of data"},
      {key: "instructions", title: "instructions", value: s => s.instructions},
      {key: "holes", title: "holes", value: s => s.holeCount},
      {key: "calls", title: "calls", value: s => s.calls},
      {key: "path", title: "hot path", value: s => s.hotPath, hint: "instructions on the way to the code that follows"},
    ], {sort: "name", dir: "asc"}, s => "#/s/" + encodeURIComponent(s.name));
  }

  function drawHelpers() {
    main.append(element("h1", {}, "helpers"), element("p.facts", {}, "symbols of the interpreter that stencils call or refer to"));
    list([...helpers.values()], [
      {key: "name", title: "symbol", text: true, value: h => h.name, cell: h => link("h", h.name)},
      {key: "callers", title: "called by", value: h => h.callers.length},
      {key: "calls", title: "calls", value: h => h.calls},
      {key: "users", title: "only referred to by", value: h => h.users.length},
    ], {sort: "callers", dir: "desc"}, h => "#/h/" + encodeURIComponent(h.name));
  }

  function drawHelper() {
    const helper = helpers.get(state.name);
    if (!helper) return missing("symbol");
    main.append(element("h1", {}, helper.name));
    const columns = element("div.columns");
    for (const [title, names] of [["called by " + helper.callers.length, helper.callers], ["referred to by " + helper.users.length, helper.users]]) {
      if (!names.length) continue;
      const body = element("tbody", {}, ...names.map(name => {
        const row = element("tr", {"data-name": name}, element("td", {}, link("s", name)));
        row.open = () => { location.hash = "#/s/" + encodeURIComponent(name); };
        return row;
      }));
      rows.push(...body.children);
      columns.append(element("section", {}, element("h2", {}, title), element("table.list", {}, body)));
    }
    main.append(columns);
  }
  const missing = what => main.append(element("p.empty", {}, "no " + what + " \u201c" + state.name + "\u201d"));

  // ---- a stencil ---------------------------------------------------------------------------------------
  function holeNode(set, stencil, index, shown) {
    const hole = stencil.holes[index], kind = hole[6] ? "symbol" : /^(CODE|DATA)\b/.test(hole[2]) ? "place" : "value";
    const node = element("span.hole." + kind, {tabindex: 0, "data-hole": index}, shown);
    const explain = () => showTip(node, set, hole);
    node.onmouseenter = node.onfocus = explain;
    node.onmouseleave = node.onblur = () => { tip.hidden = true; };
    return node;
  }
  function showTip(node, set, hole) {
    const [offset, kind, fill, leadsTo, note, value, symbol] = hole, about = data.kinds[kind];
    const entries = [["filled with", fill], ["leads to", leadsTo !== fill ? leadsTo : ""], ["which is", note],
                     ["in C", value && set.expressions[value]], ["fixup", kind], ["formula", about[1]], ["range", about[2]],
                     ["sits in", about[3]], ["where", about[0] + " bytes at 0x" + offset.toString(16)]];
    const body = element("dl");
    for (const [term, text] of entries) if (text) body.append(element("dt", {}, term), element("dd", {}, text));
    tip.replaceChildren(element("b", {}, symbol ? "&" + symbol : fill), body);
    tip.hidden = false;
    const box = node.getBoundingClientRect();
    tip.style.left = Math.min(box.left, innerWidth - tip.offsetWidth - 12) + "px";
    tip.style.top = (box.bottom + tip.offsetHeight + 10 > innerHeight ? box.top - tip.offsetHeight - 6 : box.bottom + 6) + "px";
  }
  // The text of an instruction, its holes as elements: each is where its text stands.
  function instruction(set, stencil, line) {
    const nodes = [], mnemonic = line[2].split(" ", 1)[0];
    let rest = line[2].slice(mnemonic.length);
    nodes.push(mnemonic.padEnd(rest ? 8 : 0), " ");
    rest = rest.replace(/^ /, "");
    for (const index of line[6]) {
      const target = stencil.holes[index][3], at = rest.indexOf(target);
      if (at < 0) { nodes.push(rest); rest = ""; nodes.push(holeNode(set, stencil, index, "{" + target + "}")); continue; }
      nodes.push(rest.slice(0, at), holeNode(set, stencil, index, target));
      rest = rest.slice(at + target.length);
    }
    nodes.push(rest);
    return nodes;
  }
  function listing(set, stencil) {
    const grid = element("div.code"), height = 18, edges = [];
    stencil.lines.forEach((line, i) => { if (line[4] >= 0) edges.push([i, line[4]]); });
    edges.sort((a, b) => Math.abs(a[0] - a[1]) - Math.abs(b[0] - b[1]));
    const columns = [];
    for (const edge of edges) {
      const low = Math.min(...edge), high = Math.max(...edge);
      let place = columns.findIndex(c => c.every(o => o[1] === edge[1] || Math.max(...o) < low || high < Math.min(...o)));
      if (place < 0) place = columns.push([]) - 1;
      columns[place].push(edge);
    }
    const width = columns.length * 8 + 14, count = stencil.lines.length + (stencil.end ? 1 : 0);
    const svg = drawn("svg", {width, height: count * height, "aria-hidden": "true"});
    svg.style.gridRow = "1 / span " + count;
    svg.style.height = count * height + "px"; // its cells are one line high
    columns.forEach((edges, c) => edges.forEach(([from, to]) => {
      const x = width - 12 - c * 8, y1 = from * height + 9, y2 = to * height + 9;
      svg.append(drawn("path", {class: "arrow", "data-from": from, "data-to": to, d: `M${width - 2} ${y1}H${x}V${y2}H${width - 4}`}),
                 drawn("path", {class: "head", d: `M${width - 1} ${y2}l-6 -3v6z`}));
    }));
    if (edges.length) grid.append(svg);
    const light = (i, on) => svg.querySelectorAll(`[data-from="${i}"],[data-to="${i}"]`).forEach(p => p.classList.toggle("hot", on));
    stencil.lines.forEach((line, i) => {
      const cells = [element("span.label", {}, line[5] ? line[5] + ":" : ""), element("span.offset", {}, hex(line[0])),
                     element("span.bytes", {}, line[1]), element("span.text", {}, ...instruction(set, stencil, line))];
      const notes = line[6].map(index => stencil.holes[index][4]).filter(Boolean);
      if (line[7] && !notes.includes("&" + line[7]) && !line[2].includes("&" + line[7])) notes.push("&" + line[7]);
      if (notes.length) cells[3].append(element("span.note", {}, "   # " + notes.join(", ")));
      cells.forEach((cell, c) => { cell.style.gridColumn = c + 2; cell.style.gridRow = i + 1; });
      cells[3].onmouseenter = () => light(i, true);
      cells[3].onmouseleave = () => light(i, false);
      grid.append(...cells);
    });
    if (stencil.end) {
      const label = element("span.label", {}, stencil.end + ":"), note = element("span.note", {}, "the code that follows");
      label.style.gridColumn = 2; note.style.gridColumn = 5;
      label.style.gridRow = note.style.gridRow = count;
      grid.append(label, note);
    }
    return grid;
  }
  function dataTable(stencil) {
    return element("table", {}, ...stencil.dataRows.map(([offset, shown, note]) =>
      element("tr", {}, element("td.offset", {}, hex(offset)), Object.assign(element("td", {}, shown), {style: "text-align:left"}), element("td.note", {}, note))));
  }
  function graph(stencil) {
    const names = [...stencil.calledHelpers].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const step = 24, height = Math.max(1, names.length) * step + 8, middle = height / 2;
    const left = 20 + stencil.name.length * 7.4, start = left + 70;
    const widest = Math.max(...names.map(([name]) => name.length));
    const svg = drawn("svg", {class: "graph", width: start + widest * 7.4 + 60, height, role: "img", "aria-label": "helpers that are called"});
    names.forEach(([name, count], i) => {
      const y = i * step + step / 2 + 4, others = helpers.get(name).callers.length - 1;
      svg.append(drawn("path", {d: `M${left} ${middle}C${left + 40} ${middle} ${start - 40} ${y} ${start - 6} ${y}`}));
      svg.append(drawn("a", {href: "#/h/" + encodeURIComponent(name)}, drawn("text", {x: start, y: y + 4}, name + (count > 1 ? " \u00d7" + count : ""))));
      svg.lastChild.append(drawn("title", {}, others ? "also called by " + others + " other stencils" : "called by this stencil alone"));
    });
    svg.append(drawn("rect", {x: 4, y: middle - 12, width: left - 4, height: 24, rx: 5}), drawn("text", {x: 12, y: middle + 4}, stencil.name));
    return svg;
  }
  function effect(stencil) {
    const uop = stencil.uop;
    if (!uop) return "";
    return "(" + uop.inputs.join(", ") + " -- " + uop.outputs.join(", ") + ")" +
           (uop.operands.length ? "  operands " + uop.operands.join(", ") : "") +
           (uop.properties.length ? "  \u00b7 " + uop.properties.join(", ") : "");
  }
  function drawStencil() {
    const stencil = byName.get(state.name);
    if (!stencil) return missing("stencil");
    const facts = [`${number.format(stencil.code)} bytes of code`, `${stencil.data} of data`, `${stencil.instructions} instructions`];
    if (stencil.hotPath !== null) facts.push(`${stencil.hotPath} on the way to the code that follows`);
    if (stencil.file) facts.push(stencil.file + ":" + stencil.line);
    main.append(element("h1", {}, stencil.name), element("p.facts", {}, facts.join(" \u00b7 "), element("br"), effect(stencil)));
    if (data.diff && changes.has(stencil.name)) main.append(element("p.facts", {}, link("d", stencil.name), " differs from " + sets[0].title));
    const columns = element("div.columns");
    if (stencil.source) {
      const source = element("pre");
      stencil.source.split("\n").forEach((line, i) => source.append(element("span.number", {}, String(stencil.line + i)), line, "\n"));
      columns.append(element("section.source.stuck", {"aria-label": "definition"}, element("h2", {}, "definition"), source));
    }
    const machine = element("section.machine", {"aria-label": "machine code"}, element("h2", {}, "code"), listing(current, stencil));
    if (stencil.dataRows.length) machine.append(Object.assign(element("h2", {}, "data"), {style: "margin-top:12px"}), dataTable(stencil));
    columns.append(machine);
    main.append(columns);
    if (stencil.calledHelpers.size) main.append(element("div.columns", {}, element("section", {}, element("h2", {}, "helpers that are called"), graph(stencil))));
    if (state.focus !== undefined) {
      const hole = main.querySelectorAll(".hole")[state.focus];
      if (hole) hole.focus();
    }
  }

  // ---- differences -------------------------------------------------------------------------------------
  const changes = new Map((data.diff || []).map(c => [c.name, c]));
  function drawDiff() {
    if (!data.diff) return missing("second set, so no differences:");
    const count = kind => data.diff.filter(c => c.kind === kind).length;
    main.append(element("h1", {}, "differences"), element("p.facts", {}, "old: " + sets[0].title, element("br"), "new: " + current.title, element("br"),
      element("b", {}, count("changed") + " changed, " + count("added") + " added, " + count("removed") + " removed"), ", " + data.same + " the same"));
    list(data.diff, [
      {key: "name", title: "micro-op", text: true, value: c => c.name, cell: c => link("d", c.name)},
      {key: "change", title: "", text: true, value: c => c.kind},
      {key: "old", title: "old code", value: c => c.oldCode}, {key: "new", title: "new code", value: c => c.newCode},
      {key: "delta", title: "change", value: c => Math.abs(c.codeDelta), cell: c => element(c.codeDelta > 0 ? "span.gone" : "span.come", {}, signed(c.codeDelta))},
      {key: "data", title: "data", value: c => Math.abs(c.dataDelta), cell: c => signed(c.dataDelta)},
      {key: "lines", title: "instructions", value: c => c.removed + c.added, cell: c => `\u2212${c.removed} +${c.added}`},
    ], {sort: "delta", dir: "desc"}, c => "#/d/" + encodeURIComponent(c.name));
  }
  function drawOneDiff() {
    const change = changes.get(state.name);
    if (!change) return missing("difference in");
    main.append(element("h1", {}, change.name), element("p.facts", {}, change.kind + ", code " + (signed(change.codeDelta) || "same size") +
      (change.dataDelta ? ", data " + signed(change.dataDelta) : ""), ...(byName.has(change.name) ? [" \u00b7 ", link("s", change.name)] : [])));
    const find = set => set.stencils.find(s => s.name === change.name);
    const old = find(sets[0]), now = find(current), body = element("tbody");
    const side = (set, stencil, i) => {
      if (i === null) return [];
      const line = stencil.lines[i];
      return [element("span.label", {}, (line[5] ? line[5] + ":" : "").padStart(4) + " "), element("span.offset", {}, hex(line[0]) + " "), ...instruction(set, stencil, line)];
    };
    const add = (a, b, same) => body.append(element("tr", {}, element(same || a === null ? "td" : "td.old", {}, ...side(sets[0], old, a)),
      element("td", {}, same ? "" : a === null ? ">" : b === null ? "<" : "|"), element(same || b === null ? "td" : "td.new", {}, ...side(current, now, b))));
    for (let i = 0; i < change.rows.length;) {
      const [a, b] = change.rows[i];
      if (a !== null && b !== null) { add(a, b, true); ++i; continue; }
      const left = [], right = [];
      for (; i < change.rows.length && (change.rows[i][0] === null || change.rows[i][1] === null); ++i)
        change.rows[i][0] !== null ? left.push(change.rows[i][0]) : right.push(change.rows[i][1]);
      for (let j = 0; j < Math.max(left.length, right.length); ++j) add(j < left.length ? left[j] : null, j < right.length ? right[j] : null, false);
    }
    const holes = element("p.facts");
    for (const hole of change.holesRemoved) holes.append(element("span.gone", {}, "\u2212 " + hole), element("br"));
    for (const hole of change.holesAdded) holes.append(element("span.come", {}, "+ " + hole), element("br"));
    const head = element("tr", {}, element("th", {}, sets[0].title), element("th"), Object.assign(element("th", {}, current.title), {style: "text-align:left"}));
    main.append(holes, element("table.diff", {}, element("colgroup", {}, element("col"), element("col.mid"), element("col")), element("thead", {}, head), body));
  }

  // ---- frame -------------------------------------------------------------------------------------------
  const pages = {"": drawIndex, s: drawStencil, helpers: drawHelpers, h: drawHelper, diff: drawDiff, d: drawOneDiff};
  const listOf = {s: "", h: "helpers", d: "diff"};
  function draw() {
    const where = listOf[state.page] ?? state.page;
    const entries = [["", "stencils"], ["helpers", "helpers"]].concat(data.diff ? [["diff", "differences"]] : []);
    document.getElementById("nav").replaceChildren(...entries.map(([page, title]) =>
      element("a", Object.assign({href: "#/" + page}, page === where ? {"aria-current": "page"} : {}), title)));
    rows = []; selected = -1; tip.hidden = true;
    main.replaceChildren();
    (pages[state.page] || drawIndex)();
    document.title = (state.name || "stencils") + " \u00b7 " + current.title;
    if (search.value !== state.q) search.value = state.q;
  }
  function select(index) {
    if (!rows.length) return;
    if (selected >= 0) rows[selected].classList.remove("selected");
    selected = Math.max(0, Math.min(rows.length - 1, index));
    rows[selected].classList.add("selected");
    rows[selected].scrollIntoView({block: "nearest"});
  }
  function neighbour(step) {
    const names = state.page === "d" ? data.diff.map(c => c.name) : current.stencils.map(s => s.name);
    const at = names.indexOf(state.name) + step;
    if (at >= 0 && at < names.length) location.hash = "#/" + state.page + "/" + encodeURIComponent(names[at]);
  }
  const toggleTheme = () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  const help = document.getElementById("help");
  const keys = {
    "/": () => search.focus(), j: () => select(selected + 1), ArrowDown: () => select(selected + 1),
    k: () => select(selected - 1), ArrowUp: () => select(selected - 1),
    Enter: () => { if (selected >= 0) rows[selected].open(); },
    n: () => neighbour(1), p: () => neighbour(-1), t: toggleTheme, "?": () => help.showModal(),
    u: () => { location.hash = "#/" + (listOf[state.page] ?? ""); }, i: () => { location.hash = "#/"; },
    h: () => { location.hash = "#/helpers"; }, d: () => { if (data.diff) location.hash = "#/diff"; },
  };
  keys.Escape = keys.u;
  addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target === search) {
      if (event.key === "Escape" || event.key === "Enter" || event.key === "ArrowDown") { search.blur(); select(0); event.preventDefault(); }
      return;
    }
    const isList = rows.length > 0;
    if (event.key.startsWith("Arrow") && !isList) return;
    if (event.key === "Enter" && event.target.closest("a, button")) return;
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  search.oninput = () => {
    if (listOf[state.page] !== undefined) { state.page = listOf[state.page]; state.name = ""; }
    writeState({q: search.value});
  };
  document.getElementById("theme").onclick = toggleTheme;
  document.getElementById("keys").onclick = () => help.showModal();
  addEventListener("hashchange", () => { readState(); draw(); scrollTo(0, 0); });
  setTheme(firstTheme());
  readState();
  draw();
})();

// The details of one station. Every fact says what it is; what is not known says so.
yizhan.details = (function () {
  "use strict";
  var get = yizhan.get, t = yizhan.t, make = yizhan.make, foreign = yizhan.foreign, symbols = yizhan.symbols;

  function row(list, title, content) {
    if (!content || (Array.isArray(content) && !content.length)) return;
    list.append(make("dt", {}, [title]));
    list.append(make("dd", {}, Array.isArray(content) ? content : [content]));
  }

  function hours(i) {
    var now = Date.now(), posted = get("hours_posted", i), rows = yizhan.hours.nextDays(i, now), out = [];
    out.push(posted ? foreign("p", posted, { "class": "posted" }) : make("p", {}, [t("hours_none")]));
    if (rows.length) {
      out.push(make("table", { "class": "week" }, [
        make("caption", {}, [t("week")]),
        make("tbody", {}, rows.map(function (r, k) {
          return make("tr", k === 0 ? { "class": "today" } : {}, [
            make("th", { scope: "row" }, [r[0]]), make("td", {}, [r[1]])
          ]);
        }))
      ]));
    }
    return out;
  }

  function wayIn(i) {
    var facts = [yizhan.word("access_method", get("access_method", i))];
    if (get("registration_required", i) === "yes") facts.push(t("registration"));
    if (get("in_compound", i) === "yes") facts.push(t("compound"));
    return facts.join(" · ");
  }

  function floor(i) {
    var n = get("floor", i);
    if (n === null) return "";
    return n > 0 ? t("floor_above", { n: n }) : t("floor_below", { n: -n });
  }

  function facilities(i) {
    var held = get("facilities", i) || {}, order = Object.keys(yizhan.data.words.facility);
    var codes = Object.keys(held).sort(function (a, b) { return order.indexOf(a) - order.indexOf(b); });
    if (!codes.length) return [t("facilities_none")];
    return [make("ul", { "class": "facilities" }, codes.map(function (code) {
      var state = held[code], sign = { working: "✓", broken: "✕" }[state] || "?";
      return make("li", { "class": "facility-" + (state === "working" || state === "broken" ? state : "unknown") }, [
        make("span", { "aria-hidden": "true", "class": "sign" }, [sign]),
        foreign("span", yizhan.word("facility", code)), " ",
        make("small", {}, [yizhan.word("facility_state", state)])
      ]);
    }))];
  }

  // Whether a visit, the map, or neither against a form decided.
  function verdictKind(rule) {
    return t(/^visited_/.test(rule) ? "fact_visited" : rule === "declared_conflict" ? "fact_conflict" : "fact_computed");
  }

  function verdict(i) {
    var reason = get(yizhan.isEnglish() ? "street_facing_en" : "street_facing_zh", i) || get("street_facing_zh", i);
    var out = [symbols.verdictPill(get("street_facing", i))];
    if (reason) {
      out.push(foreign("p", reason));
      out.push(make("small", { "class": "fact" }, [verdictKind(get("street_facing_rule", i) || "")]));
    } else if (!get("street_facing_rule", i)) out.push(" ", make("span", {}, [t("not_checked")]));
    return out;
  }

  function fact(i) {
    var visited = get("verified_at", i), declared = [get("declared_by", i), get("declared_on", i)].filter(Boolean);
    if (visited) return t("fact_visited") + " " + visited.slice(0, 10);
    return t("fact_declared") + (declared.length ? "（" + declared.join(" ") + "）" : "");
  }

  function phone(i) {
    var number = get("phone", i);
    if (!number) return null;
    var digits = number.replace(/[^\d+]/g, "").slice(0, 20);
    if (digits.length < 3) return foreign("span", number);
    return foreign("a", number, { href: "tel:" + digits, "class": "phone" });
  }

  // A tab of its own: the page is never framed.
  function report(i) {
    if (!yizhan.data.reports) return null;
    var url = yizhan.data.reports.replace("{id}", encodeURIComponent(get("station_id", i)));
    return make("p", {}, [make("a", { href: url, target: "_blank", rel: "noopener", "class": "report" }, [t("report_problem")])]);
  }

  function render(i, onBack) {
    var kind = get("access_24h", i), state = yizhan.list.state(i), name = get("name", i);
    var list = make("dl", {}, []), host = [get("host", i), get("brand", i)].filter(Boolean).join(" · ");
    var back = make("button", { type: "button", "class": "back" }, ["‹ " + t("back")]);
    var far = yizhan.list.metresTo(i), around = make("button", { type: "button", "class": "plain" }, [t("around_here")]);
    back.addEventListener("click", onBack);
    around.addEventListener("click", function () { yizhan.near.around(i); onBack(); });
    row(list, t("open_state"), [symbols.statePill(state.code), " ", yizhan.hours.detail(state, Date.now())]);
    if (state.code === "paused" && get("status_reason", i)) {
      row(list, t("paused_reason"), foreign("span", get("status_reason", i)));
    }
    if (get("reported_closed_on", i)) row(list, t("reported"), symbols.reported(get("reported_closed_on", i)));
    row(list, t("around_clock"), [symbols.symbol(kind, "open", 24), " ", symbols.kindWords(kind)]);
    row(list, t("serves"), yizhan.word("audience", "outdoor_workers"));
    row(list, t("hours"), hours(i));
    row(list, t("way_in"), wayIn(i));
    row(list, t("floor"), floor(i));
    row(list, t("facilities"), facilities(i));
    row(list, t("street_facing"), verdict(i));
    row(list, t("address"), get("address", i) && foreign("span", get("address", i)));
    row(list, t("host"), host && foreign("span", host));
    row(list, t("position"), yizhan.word("position_kind", get("position_kind", i)));
    row(list, t("phone"), phone(i));
    row(list, t("fact"), foreign("span", fact(i)));
    row(list, t("verified"), get("verified_at", i) ? get("verified_at", i).slice(0, 10) : t("verified_never"));
    row(list, t("source"), foreign("span", get("source", i)));
    return [
      back,
      make("div", { "class": "headline" }, [
        symbols.symbol(kind, state.code, 44),
        foreign("h2", name, { id: "details-title", tabindex: "-1" })
      ]),
      far === null ? null : make("p", { "class": "way-there" }, [make("strong", { "class": "far" }, [yizhan.distance(far)]), " ",
        make("span", { "class": "minutes" }, [yizhan.nav.minutesText(far, i)])]),
      yizhan.nav.button(i, "go big"),
      yizhan.nav.others(i),
      around,
      list,
      report(i)
    ].filter(Boolean);
  }

  return { render: render };
})();

// One case in words: the reason, what was met, who says what. Every fact names its kind.
yizhan.caseFile = (function () {
  "use strict";
  var get = yizhan.get, t = yizhan.t, make = yizhan.make, foreign = yizhan.foreign, word = yizhan.word, signs = yizhan.signs;

  function row(list, title, content) {
    var parts = [].concat(content).filter(Boolean);
    if (!parts.length) return;
    list.append(make("dt", {}, [title]));
    list.append(make("dd", {}, parts));
  }

  function line(text, className) { return foreign("p", text, className ? { "class": className } : {}); }

  function joined(parts) { return parts.filter(Boolean).join(" · "); }

  function streetWords(street) {
    return joined([street.name || street.osm_id, word("highway", street["class"]), street.name ? street.osm_id : ""]);
  }

  function street(found) {
    if (!found) return [line(t("street_none"))];
    return [
      line(streetWords(found), "strong"),
      line(joined([
        t("edge", { m: found.edge_m.toFixed(1) }),
        t("half_width", { m: found.half_width_m, source: t("half_width_" + found.half_width_from) }),
        found.in_compound && t("street_inside", { osm_id: found.in_compound })
      ]), "small")
    ];
  }

  function cutWords(cut) {
    return joined([t("cut_at", { m: Math.round(cut.at_m) }), word("obstacle", cut.kind) + " " + cut.osm_id, word("passage", cut.state),
      cut.gate && t("gate_there", { osm_id: cut.gate }) + (cut.gate_state ? "（" + word("passage", cut.gate_state) + "）" : "")]);
  }

  function cuts(lines) {
    if (!lines || !lines.length) return [];
    if (!lines[0].cuts.length) return [line(t("cuts_none"))];
    return [make("ul", { "class": "cuts" }, lines[0].cuts.map(function (cut) {
      return make("li", { "class": "cut-" + cut.state }, [foreign("span", cutWords(cut))]);
    }))];
  }

  function others(lines) {
    if (!lines || lines.length < 2) return [];
    return [make("ul", { "class": "cuts" }, lines.slice(1).map(function (other) {
      return make("li", { "class": "cut-" + other.state }, [foreign("span", joined([other.name || other.osm_id,
        t("edge", { m: other.edge_m.toFixed(1) }), word("passage", other.state),
        other.cuts.length && word("obstacle", other.cuts[0].kind) + " " + other.cuts[0].osm_id]))]);
    }))];
  }

  function wayIn(walk) {
    if (!walk) return [];
    var told = line(t("way_in_" + walk.state, { m: walk.length_m === null ? "" : Math.round(walk.length_m) }));
    var crosses = walk.crosses || [];
    if (!crosses.length) return [told];
    return [told, make("ul", { "class": "cuts" }, crosses.map(function (met) {
      return make("li", { "class": "cut-" + met.state }, [foreign("span",
        joined([word("obstacle", met.kind) + " " + met.osm_id, word("passage", met.state)]))]);
    }))];
  }

  function anchor(found) {
    if (!found) return [];
    return [line(joined([t("anchor_" + found.kind), found.building && t("in_building", { osm_id: found.building }),
      found.from_point_m > 0 && t("from_point", { m: Math.round(found.from_point_m) })]))];
  }

  function nine(i, evidence) {
    var positions = yizhan.data.places.nine[i], n = { yes: 0, no: 0, unknown: 0 }, stability = evidence.stability;
    if (!positions.length && !stability) return [];
    if (positions.length === 1 || !stability) return [line(t("nine_entrance"))];
    positions.forEach(function (position) { n[position[2]]++; });
    return [make("div", { "class": "nine-row" }, [
      positions.length ? signs.nine(positions) : null,
      make("div", {}, [positions.length ? line(t("nine_words", n)) : null,
        line(t("nine_same", { same: stability.same, sigma: evidence.sigma_m === undefined ? "?" : evidence.sigma_m }), "small")])
    ])];
  }

  function factWords(name, value) {
    return t(value === "yes" ? "fact_yes" : "fact_no", { fact: word("visited_fact", name) });
  }

  function tag(kind) { return make("span", { "class": "fact kind-" + kind }, [t("kind_" + kind)]); }

  function facts(i, evidence) {
    var told = ["street_door", "in_compound", "registration_required"].filter(function (name) {
      return get(name, i) === "yes" || get(name, i) === "no";
    }).map(function (name) { return factWords(name, get(name, i)); });
    var visit = get("visited", i), seen = [], out = [];
    var who = joined([get("declared_by", i), get("declared_on", i)]);
    out.push(make("div", { "class": "said-by" }, [tag("declared"), line(told.length ? told.join("；") + (who ? "（" + who + "）" : "")
      : t("declared_nothing"))]));
    var computed = evidence.computed;
    if (computed) {
      out.push(make("div", { "class": "said-by" }, [tag("computed"),
        line(t("computed_was", { verdict: signs.words(computed.verdict), reason: word("rule", computed.rule) }))]));
    } else if (get("street_facing_rule", i)) {
      out.push(make("div", { "class": "said-by" }, [tag("computed"), line(signs.words(get("street_facing", i)))]));
    }
    if (visit) {
      Object.keys(yizhan.data.words.visited_fact).forEach(function (name) {
        if (visit[name] === "yes" || visit[name] === "no") seen.push(factWords(name, visit[name]));
      });
      out.push(make("div", { "class": "said-by" }, [tag("visited"),
        line(joined([t("visited_on", { date: visit.on || "", by: visit.by || "" }), seen.join("；"), visit.note]))]));
    } else {
      out.push(make("div", { "class": "said-by" }, [tag("visited"), line(t("visited_never"))]));
    }
    return out;
  }

  function ruleLabel(i) { return word("rule", get("street_facing_rule", i) || "not_checked"); }

  function reasons(i) {
    var zh = get("street_facing_zh", i), en = get("street_facing_en", i);
    if (!zh) return [make("p", { "class": "verdict-words" }, [t("not_checked")])];
    return [foreign("p", zh, { "class": "verdict-words", lang: "zh-CN" }), en ? foreign("p", en, { "class": "verdict-en", lang: "en" }) : null];
  }

  function render(i) {
    var evidence = yizhan.data.evidence[i] || {}, kind = get("kind", i), list = make("dl", {}, []), known = get("street_facing_rule", i);
    var checked = get("checked_at", i);
    if (known) {
      row(list, t("street"), street(evidence.street));
      row(list, t("cuts"), cuts(evidence.lines));
      row(list, t("other_lines"), others(evidence.lines));
      row(list, t("way_in"), wayIn(evidence.way_in));
      row(list, t("anchor"), anchor(evidence.anchor));
      row(list, t("nine"), nine(i, evidence));
    }
    row(list, t("facts"), facts(i, evidence));
    row(list, t("position"), line(joined([word("position_kind", get("position_kind", i)),
      evidence.sigma_m !== undefined && t("sigma", { m: evidence.sigma_m }),
      get("floor", i) !== null && t("floor", { n: get("floor", i) })])));
    row(list, t("address"), (get("address", i) || get("district", i)) && line(joined([get("district", i), get("address", i)])));
    row(list, t("coordinates"), line(get("lat", i).toFixed(6) + ", " + get("lon", i).toFixed(6) + " (WGS-84)"));
    if (known) {
      row(list, t("rule"), line(ruleLabel(i) + " · " + known));
      row(list, t("numbers"), get("version", i) && line(t("numbers_words", { version: get("version", i), yes_m: get("yes_m", i),
        reach_m: get("reach_m", i) })));
      row(list, t("streets_date"), line(get("streets_date", i) || t("streets_date_unknown")));
      row(list, t("checked_at"), checked && line(checked.replace("T", " ").replace("Z", " UTC")));
    }
    row(list, t("station_id"), line(get("station_id", i)));
    row(list, t("source"), line(get("source", i)));
    return [
      make("div", { "class": "headline" }, [
        make("p", { "class": "marks" }, [signs.pill(get("street_facing", i)), kind ? tag(kind) : null,
          make("span", { "class": "short" }, [ruleLabel(i)])]),
        foreign("h2", get("name", i), { id: "case-title", tabindex: "-1" })
      ]),
      make("div", { "class": "reason-box verdict-" + get("street_facing", i) }, reasons(i)),
      known && get("stale", i) ? make("p", { "class": "notice stale" }, [t("stale")]) : null,
      list
    ].filter(Boolean);
  }

  return { render: render, ruleLabel: ruleLabel };
})();

// Is a station open at an instant? Weekly intervals and dated exceptions, in Beijing time whatever the device says.
yizhan.hours = (function () {
  "use strict";
  var DAY = 1440, BEIJING = 8 * 60, AHEAD_DAYS = 8;

  function beijingMinute(ms) { return Math.floor(ms / 60000) + BEIJING; }
  function isoDate(day) { return new Date(day * 86400000).toISOString().slice(0, 10); }
  function weekday(day) { return (day + 3) % 7; } // 1970-01-01 was a Thursday; Monday is 0

  // Intervals of the plain week by the day they start on; one longer than a day is cut at midnight.
  function byWeekday(week) {
    var days = [[], [], [], [], [], [], []];
    week.forEach(function (interval) {
      var start = interval[0], end = interval[1];
      while (end - start > DAY || (start % DAY === 0 && end - start === DAY)) {
        var midnight = (Math.floor(start / DAY) + 1) * DAY;
        days[Math.floor(start / DAY) % 7].push([start % DAY, start % DAY + midnight - start]);
        start = midnight;
      }
      if (end > start) days[Math.floor(start / DAY) % 7].push([start % DAY, start % DAY + end - start]);
    });
    return days;
  }

  function isAlways(week) {
    if (!week) return false;
    var days = byWeekday(week);
    return days.every(function (day) {
      return day.some(function (interval) { return interval[0] === 0 && interval[1] >= DAY; });
    });
  }

  // What holds on one day: intervals in minutes of that day, or null = unknown.
  function onDay(day, days, always, exceptions) {
    var date = isoDate(day);
    if (exceptions && Object.prototype.hasOwnProperty.call(exceptions, date)) return exceptions[date];
    if (!days) return null;
    if (yizhan.data.valid_until && date > yizhan.data.valid_until && !always) return null;
    return days[weekday(day)];
  }

  function merged(segments) {
    var out = [];
    segments.sort(function (a, b) { return a[0] - b[0]; }).forEach(function (s) {
      var last = out[out.length - 1];
      if (last && s[0] <= last[1]) last[1] = Math.max(last[1], s[1]);
      else out.push([s[0], s[1]]);
    });
    return out;
  }

  // {code: open | closed | unknown, until: minute or null, opens: minute or null, always: flag}
  function at(week, exceptions, ms) {
    var now = beijingMinute(ms), today = Math.floor(now / DAY), always = isAlways(week);
    var days = week ? byWeekday(week) : null, open = [], doubt = [], day;
    for (day = today - 1; day <= today + AHEAD_DAYS; day++) {
      var intervals = onDay(day, days, always, exceptions);
      if (intervals === null) doubt.push([day * DAY, (day + 1) * DAY]);
      else intervals.forEach(function (x) { open.push([day * DAY + x[0], day * DAY + x[1]]); });
    }
    open = merged(open);
    var horizon = (today + AHEAD_DAYS + 1) * DAY;
    var inside = open.filter(function (s) { return s[0] <= now && now < s[1]; })[0];
    if (inside) {
      var known = !doubt.some(function (s) { return s[0] === inside[1]; });
      return { code: "open", until: inside[1] < horizon && known ? inside[1] : null, opens: null,
        always: inside[1] >= horizon };
    }
    if (doubt.some(function (s) { return s[0] <= now && now < s[1]; })) {
      return { code: "unknown", until: null, opens: null, always: false };
    }
    var next = open.filter(function (s) { return s[0] > now; })[0];
    var between = next && doubt.some(function (s) { return s[0] >= now && s[0] < next[0]; });
    return { code: "closed", until: null, opens: next && !between ? next[0] : null, always: false };
  }

  function minuteOf(moment) { return moment ? Math.floor(Date.parse(moment) / 60000) + BEIJING : null; }

  // What the interface said of a station whose week is not at hand yet: its state and the next change of it.
  function told(i, ms) {
    var code = yizhan.get("open_state", i), until = minuteOf(yizhan.get("closes_at", i)), opens = minuteOf(yizhan.get("opens_at", i));
    var now = beijingMinute(ms), always = code === "open" && until === null && yizhan.get("access_24h", i) === "open_door";
    if (code === "open" && until !== null && now >= until) return { code: "closed", until: null, opens: null, always: false };
    if (code === "closed" && opens !== null && now >= opens) return { code: "open", until: null, opens: null, always: false };
    return { code: code, until: until, opens: opens, always: always };
  }

  // The state of station i, with what unattended entry and a closure make of it.
  function state(i, ms) {
    if (yizhan.get("status", i) !== "open") return { code: "paused", until: null, opens: null, always: false };
    var week = yizhan.get("week", i), exceptions = yizhan.get("exceptions", i);
    var found = !week && !exceptions && yizhan.get("open_state", i) ? told(i, ms) : at(week, exceptions, ms);
    if (found.code === "closed" && yizhan.get("access_24h", i) === "unattended") {
      found = { code: "self_service", until: null, opens: found.opens, always: false };
    }
    return found;
  }

  function clock(minute) {
    var m = minute % DAY;
    return String(Math.floor(m / 60)).padStart(2, "0") + ":" + String(m % 60).padStart(2, "0");
  }

  // "今天 14:00", "明天 08:30", "周一 08:30"; an end at midnight is 24:00 of the day before.
  function when(minute, ms, isEnd) {
    var today = Math.floor(beijingMinute(ms) / DAY), day = Math.floor(minute / DAY), time = clock(minute);
    if (isEnd && minute % DAY === 0) { day -= 1; time = "24:00"; }
    if (day === today) return isEnd ? time : yizhan.t("today", { time: time });
    if (day === today + 1) return yizhan.t("tomorrow", { time: time });
    return yizhan.t("weekday", { day: yizhan.t("days").split(",")[weekday(day)], time: time });
  }

  function detail(found, ms) {
    if (found.always) return yizhan.t("always");
    if (found.until !== null) return yizhan.t("until", { when: when(found.until, ms, true) });
    if (found.opens !== null && found.code === "closed") return yizhan.t("opens", { when: when(found.opens, ms, false) });
    return "";
  }

  // Seven rows from today: [day name, text].
  function nextDays(i, ms) {
    var week = yizhan.get("week", i), exceptions = yizhan.get("exceptions", i);
    var days = week ? byWeekday(week) : null, always = isAlways(week);
    var today = Math.floor(beijingMinute(ms) / DAY), rows = [];
    if (!week && !exceptions) return rows;
    if (always && !Object.keys(exceptions || {}).length) return rows;
    for (var day = today; day < today + 7; day++) {
      var intervals = onDay(day, days, always, exceptions), text;
      if (intervals === null) text = yizhan.t("week_unknown");
      else if (!intervals.length) text = yizhan.t("week_closed");
      else text = intervals.map(function (x) {
        return clock(x[0]) + "–" + (x[1] === DAY ? "24:00" : clock(x[1]));
      }).join(yizhan.isEnglish() ? ", " : "，");
      rows.push([yizhan.t("days").split(",")[weekday(day)] + " " + isoDate(day).slice(5), text]);
    }
    return rows;
  }

  return { at: at, state: state, detail: detail, nextDays: nextDays, today: function (ms) {
    return isoDate(Math.floor(beijingMinute(ms) / DAY));
  } };
})();

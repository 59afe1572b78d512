// Finding words in the document: the service says where they stand, the reader goes from one place to the next.

class Finding {
  constructor(reader) {
    this.reader = reader; this.words = ""; this.places = []; this.more = false; this.now = -1; this.isWaiting = false;
    for (const [name, part] of Object.entries({ form: "find", field: "words", count: "count", before: "hit-before", after: "hit-after" }))
      this[name] = reader.root.querySelector(`.np-reader-${part}`);
    this.field.oninput = () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.ask(), 300); };
    this.form.onsubmit = (event) => { event.preventDefault(); if (!this.ask()) this.step(1); };
    this.before.onclick = () => this.step(-1);
    this.field.onkeydown = (event) => {
      if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); if (!this.ask()) this.step(-1); }
      if (event.key === "Escape" && this.field.value) {
        event.preventDefault(); event.stopPropagation(); this.field.value = ""; this.ask(); reader.box.focus({ preventScroll: true });
      }
    };
  }

  open() { this.field.focus(); this.field.select(); return true; }

  /** Ask for the words in the field, if they are others than before. */
  ask() {
    clearTimeout(this.timer);
    const words = this.field.value.trim();
    if (words === this.words) return false;
    this.words = words; this.places = []; this.now = -1; this.isWaiting = words !== "";
    this.show();
    this.reader.ask();
    return true;
  }

  clear() { this.field.value = this.words = ""; this.places = []; this.now = -1; this.isWaiting = false; this.show(); }

  take(found) {
    if (!this.isWaiting || found.words !== this.words) return;
    this.isWaiting = false;
    this.places = found.places.map(([start, end, page]) => ({ start, end, page }));
    this.more = found.more; this.failed = found.failed;
    const from = this.reader.current;
    const first = this.places.findIndex((place) => place.page >= from);
    this.go(this.places.length ? Math.max(first, 0) : -1);
  }

  step(by) {
    if (this.places.length) this.go((this.now + by + this.places.length) % this.places.length);
  }

  go(number) {
    this.now = number;
    this.show();
    const place = this.places[number];
    if (place) this.reader.goTo({ ...place, isHit: true });
  }

  show() {
    const number = this.places.length, total = `${number.toLocaleString("en")}${this.more ? "+" : ""}`;
    this.count.textContent = this.isWaiting ? "…" : !this.words ? "" : this.failed ? "not found out"
      : number ? `${(this.now + 1).toLocaleString("en")} of ${total}` : "none";
    this.count.title = this.failed ?? "";
    this.before.hidden = this.after.hidden = number === 0;
    this.reader.markAll();
  }

  /** The places on a stretch of text, for marking. */
  ranges(start, end) {
    const ranges = [];
    for (const [number, place] of this.places.entries())
      if (place.start < end && place.end > start) ranges.push({ ...place, isHit: true, name: number === this.now ? "np-hit np-hit-now" : "np-hit" });
    return ranges;
  }
}

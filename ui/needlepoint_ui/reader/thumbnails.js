// The strip beside the pages: small pictures of pages, or their titles where pages are not drawn.

class Strip {
  constructor(reader) {
    this.reader = reader; this.wanted = new Set();
    this.node = reader.root.querySelector(".np-reader-strip");
    this.toggle = reader.root.querySelector(".np-reader-strip-toggle");
    this.toggle.onclick = () => this.open(this.node.hidden);
    this.node.onkeydown = (event) => this.key(event);
    this.watch = new IntersectionObserver((seen) => this.see(seen), { root: this.node, rootMargin: "50%" });
  }

  build(pages, asPictures, unit) {
    this.watch.disconnect(); this.wanted.clear();
    this.asPictures = asPictures; this.isBuilt = false;
    this.pages = pages; this.unit = unit;
    this.toggle.hidden = pages.length < 2;
    if (pages.length < 2) this.open(false);
    else if (!this.node.hidden) this.fill();
  }

  open(isOpen) {
    this.node.hidden = !isOpen;
    this.toggle.setAttribute("aria-expanded", String(isOpen));
    if (isOpen && !this.isBuilt) this.fill();
    if (isOpen) this.follow(this.reader.current);
    this.reader.fit();
  }

  fill() {
    this.isBuilt = true;
    this.node.classList.toggle("np-reader-titles", !this.asPictures);
    this.buttons = this.pages.map(({ number, title, width, height }) => {
      const button = make("button"), name = `${this.unit[0].toUpperCase()}${this.unit.slice(1)} ${number}`;
      button.type = "button"; button.dataset.page = number; button.tabIndex = -1;
      button.setAttribute("aria-label", `${name}${title ? `: ${title}` : ""}`);
      button.title = title || name;
      if (this.asPictures) {
        const image = make("img"); image.alt = ""; image.draggable = false;
        image.style.aspectRatio = `${width || 595} / ${height || 842}`;
        button.append(image, make("span", "", String(number)));
        this.watch.observe(button);
      } else { const label = make("span", "", title || name); label.dir = "auto"; button.append(make("b", "", String(number)), label); }
      button.onclick = () => this.reader.goTo({ page: number });
      return button;
    });
    this.node.replaceChildren(...this.buttons);
    this.follow(this.reader.current);
  }

  see(seen) {
    for (const { target, isIntersecting } of seen) {
      const page = Number(target.dataset.page);
      if (isIntersecting && !target.querySelector("img").src) this.wanted.add(page); else this.wanted.delete(page);
    }
    if (this.wanted.size) this.reader.askSoon();
  }

  take(thumbnails) {
    for (const [number, picture] of thumbnails) {
      const button = this.isBuilt && this.buttons[number - 1];
      this.wanted.delete(number);
      if (button && picture) { button.querySelector("img").src = picture; this.watch.unobserve(button); }
    }
  }

  /** Show which page is in view. */
  follow(page) {
    if (this.node.hidden || !this.isBuilt) return;
    for (const button of this.node.querySelectorAll("[aria-current]")) { button.removeAttribute("aria-current"); button.tabIndex = -1; }
    const button = this.buttons[page - 1];
    if (!button) return;
    button.setAttribute("aria-current", "page"); button.tabIndex = 0;
    const top = button.offsetTop, room = this.node.clientHeight;
    if (top < this.node.scrollTop || top + button.offsetHeight > this.node.scrollTop + room) this.node.scrollTop = top - room / 3;
  }

  key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key], now = event.target.closest("[data-page]");
    if (!by || !now) return;
    event.preventDefault();
    const next = this.buttons[Number(now.dataset.page) - 1 + by];
    if (next) { this.reader.goTo({ page: Number(next.dataset.page) }); next.focus({ preventScroll: true }); }
  }
}

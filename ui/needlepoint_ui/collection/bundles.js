// Gives the uploader many files as a few bundles: it draws its list anew for each file and each that has arrived, so that a
// thousand keep the browser busy for minutes. A bundle is a line of JSON with names and sizes, then the files; bundles.py reads it.
const box = (globalThis.needlepointBundles ??= { data: null, listens: false });
const uploader = () => document.querySelector(".st-key-adding-files input[type=file]");

function bundled(files) {
  const { few, most, suffix } = box.data;
  if (files.length <= few) return files;
  const given = [];
  let inside = [], size = 0;
  const close = () => {
    if (!inside.length) return;
    const head = JSON.stringify(inside.map((file) => [file.webkitRelativePath || file.name, file.size])) + "\n";
    given.push(new File([head, ...inside], `${inside.length.toLocaleString("en")} files${suffix}`));
    inside = []; size = 0;
  };
  for (const file of files) {
    if (file.size > most) { given.push(file); continue; }
    if (size + file.size > most) close();
    inside.push(file); size += file.size;
  }
  close();
  return given;
}

/** Let the uploader take files as if a person had chosen them. */
function give(input, files) {
  const event = new Event("change", { bubbles: true });
  event.isOfNeedlepoint = true;
  Object.defineProperty(input, "files", { configurable: true, value: bundled(files) });
  input.dispatchEvent(event);
  delete input.files;
}

function onChange(event) {
  const input = event.target;
  if (event.isOfNeedlepoint || input !== uploader() || input.files.length <= box.data.few) return;
  event.stopImmediatePropagation();
  const files = [...input.files];
  input.value = "";
  give(input, files);
}

async function onDrop(event) {
  const zone = event.target.closest?.(".st-key-adding-files [data-testid=stFileUploaderDropzone]"), input = uploader();
  if (!zone || !input || input.disabled) return;
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length <= box.data.few && !entries.some((entry) => entry.isDirectory)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  zone.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));
  const files = [];
  for (const entry of entries) await gather(entry, files);
  if (files.length) give(input, files);
}

/** Add the files at and below an entry of a drop; those in a folder have its path. */
async function gather(entry, files) {
  if (entry.isFile) {
    const file = await new Promise((done) => entry.file(done, () => done(null))), path = entry.fullPath.slice(1);
    if (file && path.includes("/")) Object.defineProperty(file, "webkitRelativePath", { value: path });
    if (file) files.push(file);
    return;
  }
  const reader = entry.createReader();
  for (;;) { // a hundred at a time
    const some = await new Promise((done) => reader.readEntries(done, () => done([])));
    if (!some.length) return;
    for (const each of some) await gather(each, files);
  }
}

export default function ({ data }) {
  box.data = data;
  if (box.listens) return;
  box.listens = true;
  document.addEventListener("change", onChange, true);
  document.addEventListener("drop", onDrop, true);
}

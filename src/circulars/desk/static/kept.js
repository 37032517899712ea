// Keeps texts in the browser until they are saved, so that they outlive their page and a desk that does not answer.
const OURS = "circulars-desk";
const page = crypto.randomUUID();

// As long as a page is open it holds a lock of its name; what a page has kept that holds none is taken by the next one.
navigator.locks.request(`${OURS}/${page}`, () => new Promise(() => {}));

/** The texts of a letter, by the folder's and the letter's name: other folders may be served at the same address. */
export function keeping(folder, letter) {
  const all = `${OURS}/${JSON.stringify([folder, letter])}/`;
  const numbers = new Map();
  const key = (form) => {
    if (!numbers.has(form)) numbers.set(form, numbers.size);
    return `${all}${page}/${numbers.get(form)}`;
  };
  return {
    /** Keeps what is to be sent of a form, if the browser has room. */
    put(form, values) {
      try {
        localStorage.setItem(key(form), JSON.stringify(values));
      } catch {} // the page asks before it is left as long as a text is not saved
    },
    drop: (form) => localStorage.removeItem(key(form)),
    /** What pages have kept that were closed since, with a function for each that forgets it. */
    async left() {
      const { held } = await navigator.locks.query();
      const open = new Set(held.map((lock) => lock.name.slice(OURS.length + 1)));
      return Object.keys(localStorage)
        .filter((name) => name.startsWith(all) && !open.has(name.slice(all.length).split("/")[0]))
        .map((name) => ({ name, values: JSON.parse(localStorage.getItem(name)), forget: () => localStorage.removeItem(name) }));
    },
  };
}

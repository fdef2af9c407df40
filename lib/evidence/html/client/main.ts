/// <reference lib="dom" />

import { startFilters } from './filters';
import { openFor, openForPrint, showNames } from './opening';

document.documentElement.classList.add('scripted');
const filters = startFilters();
openForPrint();
showNames();

/** As it is where it is no encoding of anything. */
function decoded(hash: string): string {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

/** What the address says: a filter, a place in the page, or nothing. */
function follow(): void {
  const hash = location.hash.slice(1);
  if (hash.includes('=') || hash === '') filters.read(hash);
  else openFor(decoded(hash), filters.clear);
}

filters.clear();
addEventListener('hashchange', follow);
// A link to where the page is already changes no address.
document.addEventListener('click', ({ target }) => {
  const link = target instanceof Element ? target.closest('a[href^="#"]') : null;
  if (link !== null && link.getAttribute('href') === location.hash) follow();
});
follow();

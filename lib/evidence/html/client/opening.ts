/// <reference lib="dom" />

/** Opens whatever a place is in, and shows it. @param clear takes filters away that hide it */
export function openFor(id: string, clear: () => void): void {
  const target = document.getElementById(id);
  if (target === null) return;
  if (target.closest('[hidden]') !== null) clear();
  for (let at: Element | null = target; at !== null; at = at.parentElement)
    if (at instanceof HTMLDetailsElement) at.open = true;
  const shown = target.classList.contains('in') ? target.parentElement?.querySelector('summary') : target;
  shown?.scrollIntoView();
  shown?.focus({ preventScroll: true });
}

/** On paper nothing can be opened. Browsers that show closed parts in print by style need none of it. */
export function openForPrint(): void {
  const closed = new Set<HTMLDetailsElement>();
  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll<HTMLDetailsElement>('details:not([open])')) {
      details.open = true;
      closed.add(details);
    }
  });
  addEventListener('afterprint', () => {
    for (const details of closed) details.open = false;
    closed.clear();
  });
}

/**
 * Shows below a rule the lines that made the resources that it looked at; and within a promise these resources in place.
 * They stand in the page once, since many promises lead to the same rule and many rules to the same resource.
 */
export function showNames(): void {
  document.addEventListener(
    'toggle',
    ({ target }) => {
      if (!(target instanceof HTMLDetailsElement) || !target.open) return;
      const link = target.querySelector<HTMLElement>(':scope > .in > p > [data-copy]');
      const names = document.getElementById(link?.dataset.copy ?? '')?.querySelector('.looked');
      if (link !== null && names !== null && names !== undefined)
        link.parentElement?.replaceWith(names.cloneNode(true));
      addLines(target);
    },
    true,
  );
}

function addLines(rule: HTMLDetailsElement): void {
  for (const name of rule.querySelectorAll<HTMLAnchorElement>(':scope > .in > .looked li > a:only-child')) {
    const line = document.getElementById(name.hash.slice(1))?.querySelector('td:nth-of-type(2)')?.firstChild;
    if (line !== null && line !== undefined) name.after(' ', line.cloneNode(true));
  }
}

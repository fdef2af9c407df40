import { dataMap } from './data-map';
import { html } from './markup';
import { badge, row, type Section, sourceLink, table } from './parts';
import { countryName, isIndian, regionName } from './places';
import type { View } from './view';

/** Where data lives and where it may go, drawn and as tables. */
export function dataSection(view: View): Section {
  const { stores, processors } = view.report;
  return {
    id: 'data',
    title: 'Where data lives, and where it may go',
    body: html`<figure>${dataMap(view.report, 992, 'wide')}${dataMap(view.report, 328, 'narrow')}
<figcaption>Stores by Region, copies of them, and processors by country. The tables below say the same in full.</figcaption></figure>
${table(
  'Stores',
  ['Store', 'Kind', 'Region', 'Data', 'Copy of', 'Source'],
  stores.map((store) => ({
    attributes: row(),
    cells: [
      store.id,
      store.kind,
      isIndian(store.region) ? regionName(store.region) : badge('fail', `${store.region}, outside India`),
      `${store.dataRole}: ${store.dataClass}`,
      store.copyOf ?? 'no copy',
      sourceLink(view, store.source),
    ],
  })),
)}
${table(
  'Processors',
  ['Processor', 'Id', 'Countries', 'For', 'May have data'],
  processors.map(({ id, name, countries, purposes, contract }) => ({
    attributes: row(),
    cells: [
      name,
      html`<code>${id}</code>`,
      countries.map(countryName).join(', '),
      purposes.join(', '),
      contract
        ? html`Yes: a contract holds, for these purposes and the registered fields`
        : html`<span class="b denied">Denied</span> no contract that holds has been shown`,
    ],
  })),
)}`,
  };
}

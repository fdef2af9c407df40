import { templatesOf } from '../lib/support/stages';
import { summaryOf } from '../lib/support/summary';

const templates = templatesOf('prod');

it.each(Object.entries(templates))('the %s stack of prod holds this, and allows this', (_, template) => {
  expect(summaryOf(template)).toMatchSnapshot();
});

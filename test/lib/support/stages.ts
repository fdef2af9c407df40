import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { build } from '../../../bin/app';

/** Feature flags of cdk.json, without which the templates would be other ones than those that are deployed. */
const { context } = JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

/** An app without bundling: esbuild is slow and says nothing about infrastructure. */
export function testApp(more: Record<string, unknown> = {}): App {
  return new App({ context: { ...context, 'aws:cdk:bundling-stacks': [], ...more } });
}

/** A template for each stack that the stage has, by its name in `build`. */
export type Templates = Readonly<Record<keyof ReturnType<typeof build>, Template>>;

const regions = new WeakMap<Template, string>();

/** Region of the stack that a template of `templatesOf` was made of. */
export function regionOf(template: Template): string {
  return regions.get(template) ?? 'ap-south-1';
}

const synthesised = new Map<string, Templates>();

/** Templates of all stacks of a stage, as `cdk synth` makes them. Throws the report if a rule is broken. */
export function templatesOf(stage: string): Templates {
  const known = synthesised.get(stage);
  if (known) return known;
  const stacks = Object.entries(build(testApp({ stage })));
  const templates = Object.fromEntries(
    stacks.flatMap(([name, stack]) => (stack === undefined ? [] : [[name, templateOf(stack)]])),
  ) as Templates;
  synthesised.set(stage, templates);
  return templates;
}

function templateOf(stack: Stack): Template {
  const template = Template.fromStack(stack);
  regions.set(template, stack.region);
  return template;
}

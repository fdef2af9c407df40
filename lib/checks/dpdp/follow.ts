import { isIntrinsic } from './reach';
import { at, isObject, possible, type Template, type TemplateResource, textOf, type Value } from './template';

/** What a value stands for, once references are followed within the app. */
export type Origin =
  /** Left out. */
  | { readonly kind: 'nothing' }
  /** A resource of the app, or a text that begins with what names it. */
  | { readonly kind: 'resource'; readonly resource: TemplateResource; readonly attribute: string }
  /** A text, with `<…>` for what is known only at deployment. */
  | { readonly kind: 'text'; readonly text: string }
  /** Something that the templates do not show, in this Region; undefined = a resource of the template itself. */
  | { readonly kind: 'unseen'; readonly region: string | undefined }
  | { readonly kind: 'unknown' };

/** Where a value stands. */
type Place = Pick<TemplateResource, 'template' | 'app'>;

/** Stands in texts for the Region of the stack. */
export const OWN_REGION = '<AWS::Region>';

const UNKNOWN: Origin = { kind: 'unknown' };
const DEEPEST = 12;
const MOST_TEXTS = 16;

/**
 * What a value may stand for: the resource that it refers to, also through exports, outputs of stacks and parameters of
 * nested stacks, or its text. More than one where a condition decides.
 */
export function follow(value: Value, place: Place, depth = 0): readonly Origin[] {
  if (depth > DEEPEST) return [UNKNOWN];
  return possible(value).flatMap((one) => followOne(one, place, depth + 1));
}

function followOne(value: Value, place: Place, depth: number): readonly Origin[] {
  if (value === undefined || value === null) return [{ kind: 'nothing' }];
  if (typeof value === 'string') return [{ kind: 'text', text: value }];
  if (typeof value === 'number' || typeof value === 'boolean') return [{ kind: 'text', text: String(value) }];
  if (!isObject(value) || !isIntrinsic(value)) return [UNKNOWN];
  if (value.Ref !== undefined) return followRef(value.Ref, place, depth);
  if (value['Fn::GetAtt'] !== undefined) return followAttribute(value['Fn::GetAtt'], place, depth);
  const parts = partsOf(value);
  if (parts !== undefined) return followParts(parts, place, depth);
  if (value['Fn::ImportValue'] !== undefined) return followExport(value['Fn::ImportValue'], place, depth);
  if (value['Fn::GetStackOutput'] !== undefined) return followOutput(value['Fn::GetStackOutput'], place, depth);
  if (value['Fn::Select'] !== undefined) return [select(value['Fn::Select'], place, depth)];
  return [UNKNOWN];
}

function followRef(name: Value, place: Place, depth: number): readonly Origin[] {
  if (typeof name !== 'string') return [UNKNOWN];
  if (name === 'AWS::Partition') return [{ kind: 'text', text: 'aws' }];
  if (name.startsWith('AWS::')) return [{ kind: 'text', text: `<${name}>` }];
  const resource = place.template.resource(name);
  if (resource !== undefined) return [{ kind: 'resource', resource, attribute: 'Ref' }];
  const passed = passedTo(place.app).get(name) ?? [];
  if (passed.length === 0) return [UNKNOWN];
  return passed.flatMap(({ value, template }) => follow(value, { template, app: place.app }, depth));
}

function followAttribute(get: Value, place: Place, depth: number): readonly Origin[] {
  const [id, ...rest] = Array.isArray(get) ? get : (textOf(get) ?? '').split('.');
  if (typeof id !== 'string') return [UNKNOWN];
  const attribute = rest.map((part) => textOf(part) ?? '').join('.');
  const resource = place.template.resource(id);
  // No template is deployed with an attribute of what it does not have: whoever asks shows a part of one.
  if (resource === undefined) return [{ kind: 'unseen', region: undefined }];
  if (resource.type === 'AWS::CloudFormation::Stack' && attribute.startsWith('Outputs.'))
    return followNested(attribute.slice('Outputs.'.length), place, depth);
  return [{ kind: 'resource', resource, attribute }];
}

/** An output of a nested stack, which is in the Region of the stack around it. */
function followNested(output: string, { app }: Place, depth: number): readonly Origin[] {
  const holders = app.filter(({ outputs }) => isObject(outputs[output]));
  if (holders.length === 0) return [{ kind: 'unseen', region: undefined }];
  return holders.flatMap((template) => follow(at(template.outputs[output], 'Value'), { template, app }, depth));
}

function followOutput(output: Value, { app, template: own }: Place, depth: number): readonly Origin[] {
  const [stack, region, name] = ['StackName', 'Region', 'OutputName'].map((key) => textOf(at(output, key)));
  if (at(output, 'Region') !== undefined && region === undefined) return [UNKNOWN];
  const holders = app.filter(({ outputs }) => name !== undefined && isObject(outputs[name]));
  const named = holders.filter((template) => template.stack.replaceAll('/', '-') === stack);
  const sources = named.length > 0 ? named : holders;
  if (sources.length === 0 || name === undefined)
    return [{ kind: 'unseen', region: region ?? own.region ?? OWN_REGION }];
  return sources.flatMap((template) => follow(at(template.outputs[name], 'Value'), { template, app }, depth));
}

function followExport(name: Value, { app }: Place, depth: number): readonly Origin[] {
  const exported = typeof name === 'string' ? exportsOf(app).get(name) : undefined;
  return exported === undefined ? [UNKNOWN] : follow(exported.value, { template: exported.template, app }, depth);
}

/** What a text is put together from; undefined where the function makes something else. */
function partsOf(value: Readonly<Record<string, Value>>): readonly Value[] | undefined {
  const join = value['Fn::Join'];
  if (Array.isArray(join) && Array.isArray(join[1])) {
    const delimiter = textOf(join[0]) ?? '';
    return join[1].flatMap((part, i) => (i === 0 || delimiter === '' ? [part] : [delimiter, part]));
  }
  const sub = value['Fn::Sub'];
  const [text, variables] = Array.isArray(sub) ? sub : [sub, {}];
  if (typeof text !== 'string') return undefined;
  return text.split(/(\$\{[^}]*\})/).flatMap((part) => {
    const name = /^\$\{([^}]*)\}$/.exec(part)?.[1];
    if (name === undefined) return part === '' ? [] : [part];
    if (name.startsWith('!')) return [`\${${name.slice(1)}}`];
    if (isObject(variables) && name in variables) return [variables[name]];
    return [name.includes('.') && !name.startsWith('AWS::') ? { 'Fn::GetAtt': name } : { Ref: name }];
  });
}

function followParts(parts: readonly Value[], place: Place, depth: number): readonly Origin[] {
  const choices = parts.map((part) => follow(part, place, depth).filter(({ kind }) => kind !== 'nothing'));
  const [first = []] = choices;
  const named = first.filter(({ kind }) => kind === 'resource' || kind === 'unseen');
  if (named.length > 0) return first;
  const texts = choices.reduce<string[]>(
    (begun, options) => begun.flatMap((text) => options.map((option) => text + shown(option))).slice(0, MOST_TEXTS + 1),
    [''],
  );
  return texts.length > MOST_TEXTS ? [UNKNOWN] : texts.map((text) => ({ kind: 'text', text }));
}

function shown(origin: Origin): string {
  if (origin.kind === 'text') return origin.text;
  return origin.kind === 'resource' ? `<${origin.resource.logicalId}.${origin.attribute}>` : '<unknown>';
}

/** A part of an ARN that the CDK took apart: Region and account of what the ARN names. */
function select(arguments_: Value, place: Place, depth: number): Origin {
  const [index, list] = Array.isArray(arguments_) ? arguments_ : [];
  const split = at(list, 'Fn::Split');
  if (!Array.isArray(split) || typeof split[0] !== 'string') return UNKNOWN;
  const [origin = UNKNOWN, ...others] = follow(split[1], place, depth);
  if (others.length > 0) return UNKNOWN;
  const piece = origin.kind === 'text' ? origin.text.split(split[0])[Number(index)] : undefined;
  if (piece !== undefined) return { kind: 'text', text: piece };
  const isRegion = split[0] === ':' && Number(index) === 3 && origin.kind === 'resource';
  if (!isRegion) return UNKNOWN;
  const { region } = origin.resource;
  return { kind: 'text', text: origin.resource.template === place.template ? OWN_REGION : (region ?? '<unknown>') };
}

interface Held {
  readonly value: Value;
  readonly template: Template;
}

const parameters = new WeakMap<readonly Template[], Map<string, Held[]>>();
const exported = new WeakMap<readonly Template[], Map<string, Held>>();

/** What stacks hand to the stacks nested in them, by the parameter's name, which the CDK makes unique. */
function passedTo(app: readonly Template[]): Map<string, Held[]> {
  return remembered(parameters, app, () => {
    const byName = new Map<string, Held[]>();
    for (const template of app)
      for (const { properties } of template.ofType('AWS::CloudFormation::Stack'))
        for (const [name, value] of Object.entries(isObject(properties.Parameters) ? properties.Parameters : {}))
          byName.set(name, [...(byName.get(name) ?? []), { value, template }]);
    return byName;
  });
}

function exportsOf(app: readonly Template[]): Map<string, Held> {
  return remembered(exported, app, () => {
    const byName = new Map<string, Held>();
    for (const template of app)
      for (const output of Object.values(template.outputs)) {
        const name = at(output, 'Export', 'Name');
        if (typeof name === 'string') byName.set(name, { value: at(output, 'Value'), template });
      }
    return byName;
  });
}

/** What was made of this before, or is made now. */
export function remembered<K extends object, V>(memory: WeakMap<K, V>, key: K, make: () => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}

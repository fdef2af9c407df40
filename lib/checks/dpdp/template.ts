/** A value as a template has it: JSON, in which intrinsic functions are objects with one key such as `Fn::If`. */
export type Value = unknown;

/** Properties of a resource. */
export type Properties = Readonly<Record<string, Value>>;

/** A resource as its template has it, whatever construct made it. */
export interface TemplateResource {
  readonly logicalId: string;
  /** E.g. `AWS::S3::Bucket`. */
  readonly type: string;
  readonly properties: Properties;
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
  /** Tags by key, in whatever shape the type has them; a value that is no text is undefined. */
  readonly tags: ReadonlyMap<string, string | undefined>;
  /** Literal Region of its stack; undefined where the stack has none. */
  readonly region: string | undefined;
  /** The stack's other resources. */
  readonly template: Template;
  /** All templates of the app, this one among them. */
  readonly app: readonly Template[];
}

/** The resources of a stack. */
export interface Template {
  readonly stack: string;
  /** Number of the stack's account; undefined where it is whoever deploys. */
  readonly account?: string | undefined;
  readonly region: string | undefined;
  /** Undefined where there is none of this id. */
  resource(logicalId: string): TemplateResource | undefined;
  ofType(...types: string[]): readonly TemplateResource[];
  /** Its outputs by name, as the template has them. */
  readonly outputs: Properties;
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** What a template file has, as far as rules look at it. */
export interface RawTemplate {
  readonly Resources?: Readonly<Record<string, RawResource>>;
  readonly Outputs?: Properties;
}

/** Makes templates readable for rules. @param raw by the path of the stack's construct */
export function templatesOf(
  raw: readonly (Pick<Template, 'stack' | 'account' | 'region'> & { readonly template: RawTemplate })[],
): Template[] {
  const app: Template[] = [];
  for (const { template, ...of } of raw) app.push(templateOf(of, template, app));
  return app;
}

function templateOf(
  of: Pick<Template, 'stack' | 'account' | 'region'>,
  raw: RawTemplate,
  app: readonly Template[],
): Template {
  const resources = new Map<string, TemplateResource>();
  const byType = new Map<string, TemplateResource[]>();
  const template: Template = {
    ...of,
    resource: (logicalId) => resources.get(logicalId),
    ofType: (...types) => types.flatMap((type) => byType.get(type) ?? []),
    outputs: raw.Outputs ?? {},
  };
  for (const [logicalId, { Type: type, Properties: properties = {}, ...rest }] of Object.entries(raw.Resources ?? {})) {
    const resource: TemplateResource = {
      logicalId,
      type,
      properties,
      deletionPolicy: rest.DeletionPolicy,
      updateReplacePolicy: rest.UpdateReplacePolicy,
      tags: tagsOf(properties),
      region: of.region,
      template,
      app,
    };
    resources.set(logicalId, resource);
    const others = byType.get(type);
    if (others === undefined) byType.set(type, [resource]);
    else others.push(resource);
  }
  return template;
}

/** The value at a path of property names; undefined where the path ends before, an intrinsic function included. */
export function at(value: Value, ...path: string[]): Value {
  return path.reduce<Value>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}

/**
 * Every value that this one can have: both sides of each `Fn::If`, also within lists, with `AWS::NoValue` as undefined.
 * A rule holds when it holds for all of them.
 */
export function possible(value: Value): readonly Value[] {
  if (isObject(value) && Array.isArray(value['Fn::If'])) return value['Fn::If'].slice(1).flatMap(possible);
  if (isObject(value) && value.Ref === 'AWS::NoValue') return [undefined];
  return [value];
}

/** Items of a list, with both sides of each `Fn::If` in it; empty where it is no list. */
export function items(value: Value): readonly Value[] {
  return possible(value)
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap(possible)
    .filter((item) => item !== undefined);
}

/** Whether it is true in every case. Templates may say `"true"`. */
export function isTrue(value: Value): boolean {
  return possible(value).every((one) => one === true || one === 'true');
}

/** The text, where it is one whatever happens at deployment; undefined where an intrinsic function makes it. */
export function textOf(value: Value): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The number, also where the template has it as text. */
export function numberOf(value: Value): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Logical id of the resource of the same template that a value refers to, by `Ref` or `Fn::GetAtt`. */
export function referredBy(value: Value): string | undefined {
  const ref = at(value, 'Ref');
  if (typeof ref === 'string' && !ref.startsWith('AWS::')) return ref;
  const get = at(value, 'Fn::GetAtt');
  if (Array.isArray(get)) return textOf(get[0]);
  return typeof get === 'string' ? get.split('.')[0] : undefined;
}

/** All texts in a value, keys left out, however deep; what intrinsic functions add shows as `<Ref>` or `<Attribute>`. */
export function textWithin(value: Value): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textWithin).join('');
  if (!isObject(value)) return '';
  const join = value['Fn::Join'];
  if (Array.isArray(join) && Array.isArray(join[1])) return join[1].map(textWithin).join(textOf(join[0]) ?? '');
  const sub = value['Fn::Sub'];
  if (sub !== undefined) return textOf(Array.isArray(sub) ? sub[0] : sub) ?? '';
  if (typeof value.Ref === 'string') return `<${value.Ref}>`;
  const get = referredBy(value);
  return get === undefined ? Object.values(value).map(textWithin).join(' ') : `<${get}>`;
}

/** Whether it is an object of JSON, and no list. */
export function isObject(value: Value): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tagsOf(properties: Properties): Map<string, string | undefined> {
  const raw = properties.Tags ?? properties.UserPoolTags ?? properties.BackupVaultTags ?? properties.FileSystemTags;
  if (raw === undefined && properties.Replicas !== undefined) return tagsOfAll(items(properties.Replicas));
  if (isObject(raw)) return new Map(Object.entries(raw).map(([key, value]) => [key, textOf(value)]));
  return new Map(items(raw).map((tag) => [textOf(at(tag, 'Key')) ?? '', textOf(at(tag, 'Value'))]));
}

/** A global table has its tags replica by replica: those on which all agree. */
function tagsOfAll(replicas: readonly Value[]): Map<string, string | undefined> {
  const [first = new Map<string, string | undefined>(), ...others] = replicas.map((replica) =>
    tagsOf({ Tags: at(replica, 'Tags') ?? [] }),
  );
  return new Map([...first].filter(([key, value]) => others.every((tags) => tags.get(key) === value)));
}

import { type App, CfnResource, Stack, Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { condensed, type Keepers, type Store } from '../../lambda/shared/inventory';
import type { Register } from '../../policies/schema';
import { TAGS } from './personal-data';

/** A store as its construct registers it; the rest of `Store` comes from the register. */
export type StoreRegistration = Omit<Store, 'shards'>;

/** What laws keep, as its construct registers it. */
export type KeeperRegistration<K extends keyof Keepers> = Omit<Keepers[K], 'shards'>;

/** A store, and the construct that it is made by. */
export interface StorePlace {
  readonly store: Store;
  readonly construct: IConstruct;
}

/** CloudFormation types that can hold data of people. */
const STORE_TYPES = new Set([
  'AWS::S3::Bucket',
  'AWS::S3Express::DirectoryBucket',
  'AWS::S3Tables::TableBucket',
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
]);

const inventories = new WeakMap<IConstruct, Inventory>();

/**
 * The list of stores that hold personal data, one per app: what the erasure engine reads.
 * A bucket or table that is neither in it nor declared free of personal data fails synth.
 */
export class Inventory {
  /** Starts the app's inventory, and with it the check at synth. */
  static install(app: App, register: Register): Inventory {
    if (inventories.has(app)) throw new Error('The app has an inventory already.');
    const inventory = new Inventory(register);
    inventories.set(app, inventory);
    app.node.addValidation({ validate: () => inventory.forgottenStores(app) });
    return inventory;
  }

  /** The inventory of the app that the construct is part of. */
  static of(scope: IConstruct): Inventory {
    const inventory = inventories.get(scope.node.root);
    if (!inventory) throw new Error(`${scope.node.path}: call Inventory.install(app, register) first.`);
    return inventory;
  }

  private readonly entries: { readonly store: Store; readonly keyArn: string }[] = [];
  private readonly kept: Partial<Keepers> = {};
  private readonly placed: StorePlace[] = [];
  private readonly known = new Set<IConstruct>();

  private constructor(readonly register: Register) {}

  /** All stores in the order of their creation, copies after all others. Names are tokens until deployment. */
  get stores(): readonly Store[] {
    const stores = this.entries.map(({ store }) => store);
    const isReplica = ({ replicaOf }: Store) => replicaOf !== undefined;
    return [...stores.filter((store) => !isReplica(store)), ...stores.filter(isReplica)];
  }

  /** ARN of the key that encrypts each store, by store id. */
  get dataKeys(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.entries.map(({ store, keyArn }) => [store.id, keyArn]));
  }

  /** Adds a store. Throws on a second store of the same id, and on a class that the register gives another role. */
  add(construct: IConstruct, registration: StoreRegistration, keyArn: string): void {
    const { id, dataClass, dataRole } = registration;
    if (this.entries.some(({ store }) => store.id === id))
      throw new Error(`${construct.node.path}: another store is called "${id}".`);
    this.checkRole(construct, dataClass, dataRole);
    const store = { ...registration, shards: this.register.erasure.shards };
    this.entries.push({ store, keyArn });
    this.placed.push({ store, construct });
    this.known.add(resourceOf(construct));
  }

  /** Everything that holds data of people, keepers among them, in the order of creation. */
  get places(): readonly StorePlace[] {
    return this.placed;
  }

  /** What laws keep, out of the product's reach and of `stores`. */
  get keepers(): Readonly<Partial<Keepers>> {
    return this.kept;
  }

  /** Adds a keeper. Throws on a second one of the same name, and on a class that the register gives another role. */
  keep<K extends keyof Keepers>(name: K, construct: IConstruct, registration: KeeperRegistration<K>): void {
    if (this.kept[name] !== undefined) throw new Error(`${construct.node.path}: there is a keeper "${name}" already.`);
    this.checkRole(construct, registration.dataClass, registration.dataRole);
    const store = { ...registration, shards: this.register.erasure.shards };
    Object.assign(this.kept, { [name]: store });
    this.placed.push({ store, construct });
    this.known.add(resourceOf(construct));
  }

  private checkRole(construct: IConstruct, dataClass: string, dataRole: Store['dataRole']): void {
    const role = this.register.data.classes.find((c) => c.id === dataClass)?.role;
    if (role !== dataRole)
      throw new Error(
        `${construct.node.path}: class "${dataClass}" ${role ? `has role "${role}"` : 'is unknown'} in policies/data.yaml, not role "${dataRole}".`,
      );
  }

  /** Remembers that a store holds nothing about a person, and says so on it. */
  except(construct: IConstruct, reason: string, dataClass?: string): void {
    if (reason.trim().length < 20)
      throw new Error(`${construct.node.path}: say in at least 20 characters why it holds no personal data.`);
    const resource = resourceOf(construct);
    resource.addMetadata('digicrm:free-of-personal-data', reason);
    Tags.of(resource).add(TAGS.dataRole, 'none');
    if (dataClass !== undefined) Tags.of(resource).add(TAGS.dataClass, dataClass);
    this.known.add(resource);
  }

  private forgottenStores(app: App): string[] {
    return app.node
      .findAll()
      .filter(
        (node) => CfnResource.isCfnResource(node) && STORE_TYPES.has(node.cfnResourceType) && !this.known.has(node),
      )
      .map(
        ({ node }) =>
          `${node.path} is not in the inventory, so no erasure would reach it: make it a PersonalDataBucket or a ` +
          'PersonalDataTable, or call declareFreeOfPersonalData(construct, reason).',
      );
  }
}

/** The app's stores as a function's environment has them. */
export function storesVariable(scope: IConstruct): string {
  const { stores } = Inventory.of(scope);
  return Stack.of(scope).toJsonString(condensed(Object.fromEntries(stores.map((store, i) => [`${i}`, store]))));
}

/** One store, by its physical name, as the environment of a function has it that works on no other. */
export function storeVariable(scope: IConstruct, name: string): string {
  return Stack.of(scope).toJsonString(Inventory.of(scope).stores.find((store) => store.name === name));
}

/** What laws keep, as a function's environment has it. */
export function keepersVariable(scope: IConstruct): string {
  return Stack.of(scope).toJsonString(condensed({ ...Inventory.of(scope).keepers }));
}

/**
 * States that a bucket, table or user pool holds nothing about a person; the reason is kept in the template.
 * @param dataClass by which its locks are judged; `@default` it has none
 */
export function declareFreeOfPersonalData(construct: IConstruct, reason: string, dataClass?: string): void {
  Inventory.of(construct).except(construct, reason, dataClass);
}

function resourceOf(construct: IConstruct): CfnResource {
  const resource = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  if (!resource || !CfnResource.isCfnResource(resource))
    throw new Error(`${construct.node.path} is not backed by one CloudFormation resource.`);
  return resource;
}

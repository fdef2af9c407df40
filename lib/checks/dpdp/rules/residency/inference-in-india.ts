import { isAbsent, once, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { isObject, textOf, type Value } from '../../template';
import { regionsOf, strays } from '../../whereabouts';

const VENDORS =
  'ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|stability|twelvelabs|writer|zai';

/** A model's id behind the name of the area in which it is inferred. */
const PROFILE = new RegExp(`\\b(us-gov|us|eu|apac|global|jp|au|ca|sa|amer|emea)\\.(?:${VENDORS})\\.`, 'g');

/** An ARN of models of whichever Region. */
const ANYWHERE = /:bedrock:\*?:[^:]*:(?:foundation-model|inference-profile)\//;

/** Properties that name a model, and those of which a part may. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  'AWS::Bedrock::ApplicationInferenceProfile': ['ModelSource'],
  'AWS::Bedrock::Agent': ['FoundationModel', 'PromptOverrideConfiguration'],
  'AWS::Bedrock::Prompt': ['Variants'],
  'AWS::Bedrock::PromptVersion': ['Variants'],
  'AWS::Bedrock::Flow': ['Definition'],
  'AWS::Bedrock::KnowledgeBase': ['KnowledgeBaseConfiguration'],
  'AWS::Bedrock::DataSource': ['VectorIngestionConfiguration'],
  'AWS::IAM::Policy': ['PolicyDocument'],
  'AWS::IAM::ManagedPolicy': ['PolicyDocument'],
  'AWS::IAM::RolePolicy': ['PolicyDocument'],
  'AWS::IAM::Role': ['Policies'],
  'AWS::Lambda::Function': ['Environment'],
  'AWS::StepFunctions::StateMachine': ['Definition', 'DefinitionString', 'DefinitionSubstitutions'],
  'AWS::ECS::TaskDefinition': ['ContainerDefinitions'],
  'AWS::SSM::Parameter': ['Value'],
  'AWS::AppConfig::HostedConfigurationVersion': ['Content'],
};

const [firstType = 'AWS::Bedrock::Agent', ...types] = Object.keys(PLACES);

export const inferenceInIndia: Rule = {
  id: 'InferenceInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Models are called in a Region in India, not through a profile that spans others.',
  why: 'A cross-Region inference profile sends prompts, with whatever personal data is in them, to any Region of its area.',
  fix: 'Name the foundation model itself, in an allowed Region, without `us.`, `eu.`, `apac.` or `global.` before its id.',
  serves: [SOURCES.transfers, SOURCES.foreignStates],
  types: [firstType, ...types],
  check: (resource, facts) => {
    const { type, properties } = resource;
    const places = (PLACES[type] ?? []).map((name) => properties[name]);
    const text = JSON.stringify(places);
    const areas = [...text.matchAll(PROFILE)].map(([, area]) => `has a model infer anywhere in the area ${area}`);
    const anywhere = ANYWHERE.test(text.replaceAll('\\"', '"')) ? ['lets models of any Region be called'] : [];
    if (!type.startsWith('AWS::Bedrock::')) return once([...areas, ...anywhere]);
    const models = modelsOf(type, places[0]);
    const unclear = models.some(
      (model) => isObject(model) && 'Ref' in model && resource.template.resource(textOf(model.Ref) ?? '') === undefined,
    );
    const foreign = strays(
      models
        .filter((model) => typeof model === 'string' && model.startsWith('arn:'))
        .flatMap((arn) => regionsOf(arn, resource)),
      facts,
    ).map((region) => `has a model infer in ${region}`);
    return once([...areas, ...anywhere, ...foreign, ...(unclear ? ['has a model that synth cannot tell'] : [])]);
  },
};

/** The model that a resource names by itself. */
function modelsOf(type: string, place: Value): readonly Value[] {
  const path = type === 'AWS::Bedrock::ApplicationInferenceProfile' ? ['CopyFrom'] : [];
  const isNamed = path.length > 0 || type === 'AWS::Bedrock::Agent';
  return isNamed ? reach(place, ...path).filter((model) => !isAbsent(model)) : [];
}

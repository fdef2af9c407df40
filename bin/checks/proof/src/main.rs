//! Proves sentences about policies/transfers for every request that the schema allows, not for some as tests do.
//! Cedar's symbolic compiler says policies in SMT-LIB, and the solver that the variable CVC5 names answers.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::str::FromStr;

use cedar_policy::{Effect, Policy, PolicyId, PolicySet, RequestEnv, Schema};
use cedar_policy_symcc::solver::LocalSolver;
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicy, CompiledPolicySet};

type Result<T> = std::result::Result<T, Box<dyn Error>>;
type Compiler = CedarSymCompiler<LocalSolver>;

/// What no allowed request may be, as a condition of Cedar.
const NEVER: &[(&str, &str)] = &[
    ("a country is restricted", "context.restrictedCountries.containsAny(resource.countries)"),
    ("no country is known", "resource.countries.isEmpty()"),
    ("a foreign State controls the processor", "resource.foreignState"),
    ("a field is outside of the field contract", "!context.contractFields.containsAll(context.fields)"),
    ("no field would go", "context.fields.isEmpty()"),
    ("the purpose is not registered", "!resource.purposes.contains(context.purpose)"),
    ("the role of data is not registered", "!resource.dataRoles.contains(context.dataRole)"),
    ("the ground is not registered", "!context.bases.contains(context.basis)"),
    ("nothing proves the ground", "!context.evidenced"),
    ("the contract is not signed", "context.contractFrom == 0"),
    ("the contract has not begun", "context.today < context.contractFrom"),
    ("the contract has ended", "context.today > context.contractUntil"),
    ("the contract lacks a safeguard", "!resource.clausesMissing.isEmpty()"),
    ("the processor is closed", "!context.processorOpen"),
    (
        "payment data would go abroad",
        "context.categories.contains(\"payment\") && !([\"IN\"].containsAll(resource.countries))",
    ),
    ("a password would go", "context.categories.contains(\"credential\")"),
    ("data is a minor's", "context.categories.contains(\"minor\")"),
    (
        "a message that sells has no consent",
        "context.commercial && context.basis != \"consent\" && (resource in Kind::\"email\" || resource in Kind::\"sms\" || resource in Kind::\"whatsapp\")",
    ),
    ("an SMS has no DLT registration", "resource in Kind::\"sms\" && !context.dlt"),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let dir = std::env::args()
        .nth(1)
        .ok_or("expected the folder of the policies")?;
    let policies = read_policies(Path::new(&dir))?;
    let text = std::fs::read_to_string(Path::new(&dir).join("transfers.cedarschema"))?;
    let (schema, _) = Schema::from_cedarschema_str(&text)?;
    let mut proof = Proof {
        compiler: CedarSymCompiler::new(LocalSolver::cvc5_with_args(Vec::<&str>::new())?)?,
        failed: 0,
    };
    for env in schema.request_envs() {
        proof.all(&policies, &schema, &env).await?;
    }
    if proof.failed > 0 {
        println!("{} sentences are not proved", proof.failed);
        std::process::exit(1);
    }
    Ok(())
}

struct Proof {
    compiler: Compiler,
    failed: usize,
}

impl Proof {
    async fn all(
        &mut self,
        policies: &BTreeMap<String, Policy>,
        schema: &Schema,
        env: &RequestEnv,
    ) -> Result<()> {
        let set = |without: Option<&str>| policy_set(policies, without);
        let whole = CompiledPolicySet::compile(&set(None)?, env, schema)?;
        // Of policies that allow nothing everything below would hold.
        let silent = self.compiler.check_always_denies_opt(&whole).await?;
        self.tell("some request is allowed", !silent);
        for (id, policy) in policies {
            let compiled = CompiledPolicy::compile(policy, env, schema)?;
            let sure = self.compiler.check_never_errors_opt(&compiled).await?;
            self.tell(&format!("{id} can be evaluated whatever is asked"), sure);
        }
        for (sentence, condition) in NEVER {
            let bad = PolicySet::from_str(&format!(
                "permit (principal, action, resource) when {{ {condition} }};"
            ))?;
            let bad = CompiledPolicySet::compile(&bad, env, schema)?;
            let apart = self.compiler.check_disjoint_opt(&whole, &bad).await?;
            self.tell(&format!("nothing is allowed where {sentence}"), apart);
        }
        // A prover that said yes to everything would be found out here.
        let (sentence, condition) = NEVER[0];
        let bad = PolicySet::from_str(&format!(
            "permit (principal, action, resource) when {{ {condition} }};"
        ))?;
        let bad = CompiledPolicySet::compile(&bad, env, schema)?;
        let opened =
            CompiledPolicySet::compile(&set(Some("never.restricted-country"))?, env, schema)?;
        let apart = self.compiler.check_disjoint_opt(&opened, &bad).await?;
        self.tell(
            &format!("without never.restricted-country something is allowed where {sentence}"),
            !apart,
        );
        for (id, policy) in policies {
            let fewer = CompiledPolicySet::compile(&set(Some(id))?, env, schema)?;
            let (implied, sentence) = match policy.effect() {
                Effect::Forbid => (
                    self.compiler.check_implies_opt(&whole, &fewer).await?,
                    "allow nothing more",
                ),
                Effect::Permit => (
                    self.compiler.check_implies_opt(&fewer, &whole).await?,
                    "deny nothing more",
                ),
            };
            self.tell(&format!("with {id} the policies {sentence}"), implied);
        }
        Ok(())
    }

    fn tell(&mut self, sentence: &str, holds: bool) {
        println!("{} {sentence}", if holds { "proved" } else { "NOT PROVED" });
        self.failed += usize::from(!holds);
    }
}

/// Policies by their `@id`.
fn read_policies(dir: &Path) -> Result<BTreeMap<String, Policy>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "cedar")
        {
            for policy in PolicySet::from_str(&std::fs::read_to_string(&path)?)?.policies() {
                let id = policy
                    .annotation("id")
                    .ok_or("expected an @id")?
                    .to_string();
                found.insert(id.clone(), policy.new_id(PolicyId::new(id)));
            }
        }
    }
    Ok(found)
}

fn policy_set(policies: &BTreeMap<String, Policy>, without: Option<&str>) -> Result<PolicySet> {
    let kept = policies
        .iter()
        .filter(|(id, _)| Some(id.as_str()) != without);
    Ok(PolicySet::from_policies(
        kept.map(|(_, policy)| policy.clone()),
    )?)
}

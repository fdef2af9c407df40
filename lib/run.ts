import { App, Validations } from 'aws-cdk-lib';
import { RememberedValidation } from './checks/remembered-validation';

/**
 * Builds and synthesises the app. What is wrong with the register, a stage or a store is said in the
 * error's own words, without a stack trace that would bury them; set `DIGICRM_STACK=1` to see it.
 */
export function run(build: (app: App) => void): void {
  try {
    const app = new App();
    if (process.env.CDK_VALIDATION !== 'false') Validations.of(app).addPlugins(new RememberedValidation());
    build(app);
    app.synth();
  } catch (error) {
    const plain = error instanceof Error && process.env.DIGICRM_STACK === undefined;
    console.error(plain ? error.message : error);
    // At once: the app would otherwise be synthesised, half built, when the process ends.
    process.exit(1);
  }
}

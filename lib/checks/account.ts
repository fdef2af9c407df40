/** The account id, once it is certain that it is one. Not given, the account is whoever deploys. */
export function checkedAccount(account: string | undefined): string | undefined {
  if (account === undefined || /^\d{12}$/.test(account)) return account;
  throw new Error(`Account "${account}" is no AWS account id: expected 12 digits (CDK_DEFAULT_ACCOUNT).`);
}

/** Tags of a store in the list that most types have. */
export function tags(dataRole?: string, dataClass?: string) {
  return [
    ...(dataRole === undefined ? [] : [{ Key: 'digicrm:data-role', Value: dataRole }]),
    ...(dataClass === undefined ? [] : [{ Key: 'digicrm:data-class', Value: dataClass }]),
  ];
}

/** A bucket with these lifecycle rules. */
export function bucket(rules: unknown, { dataRole, dataClass, ...more }: Record<string, unknown> = {}) {
  return {
    Type: 'AWS::S3::Bucket',
    Properties: {
      ...(rules !== undefined && { LifecycleConfiguration: { Rules: rules } }),
      VersioningConfiguration: { Status: 'Enabled' },
      Tags: tags(dataRole as string | undefined, dataClass as string | undefined),
      ...more,
    },
  };
}

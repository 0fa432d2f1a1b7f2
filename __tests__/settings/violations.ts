// Just enough of a JSON Schema validator for the schema of the config file; a keyword it does not know is an error.

type Schema = { readonly [keyword: string]: unknown }

/** Where `value` breaks the schema; empty when it is valid. */
export function violations(root: Schema, value: unknown): readonly string[] {
  const check = (schema: Schema, value: unknown, at: string): readonly string[] =>
    Object.entries(schema).flatMap(([keyword, rule]) => {
      const test = keywords[keyword]
      if (test === undefined) throw new Error(`${keyword} is not known here`)
      return test(rule, value, at, schema)
    })

  const fail = (ok: boolean, at: string, why: string): readonly string[] => (ok ? [] : [`${at}: ${why}`])
  const members = (value: unknown): [string, unknown][] =>
    typeOf(value) === 'object' ? Object.entries(value as object) : []
  const resolve = (pointer: string): Schema =>
    pointer
      .slice('#/'.length)
      .split('/')
      .reduce((node, key) => node[key] as Schema, root)

  // biome-ignore lint/suspicious/noExplicitAny: a rule's type depends on its keyword
  const keywords: Record<string, (rule: any, value: any, at: string, schema: any) => readonly string[]> = {
    $schema: () => [],
    $id: () => [],
    $defs: () => [],
    title: () => [],
    description: () => [],
    default: () => [],
    $ref: (pointer, value, at) => check(resolve(pointer), value, at),
    type: (type, value, at) =>
      fail(type === 'integer' ? Number.isInteger(value) : typeOf(value) === type, at, `not ${type}`),
    enum: (words, value, at) => fail(words.includes(value), at, `not one of ${words}`),
    anyOf: (schemas, value, at) =>
      fail(
        schemas.some((each: Schema) => check(each, value, at).length === 0),
        at,
        'none of several',
      ),
    not: (schema, value, at) => fail(check(schema, value, at).length > 0, at, 'what it must not be'),
    pattern: (pattern, value, at) =>
      fail(typeof value !== 'string' || new RegExp(pattern, 'u').test(value), at, `not ${pattern}`),
    minLength: (min, value, at) => fail(typeof value !== 'string' || value.length >= min, at, 'too short'),
    minimum: (min, value, at) => fail(typeof value !== 'number' || value >= min, at, 'too small'),
    maximum: (max, value, at) => fail(typeof value !== 'number' || value <= max, at, 'too large'),
    minItems: (min, value, at) => fail(!Array.isArray(value) || value.length >= min, at, 'too few'),
    items: (schema, value, at) =>
      (Array.isArray(value) ? value : []).flatMap((item, index) => check(schema, item, `${at}/${index}`)),
    required: (keys, value, at) =>
      keys.flatMap((key: string) =>
        fail(typeOf(value) !== 'object' || Object.hasOwn(value, key), at, `no ${key}`),
      ),
    properties: (schemas, value, at) =>
      members(value).flatMap(([key, inner]) =>
        Object.hasOwn(schemas, key) ? check(schemas[key], inner, `${at}/${key}`) : [],
      ),
    additionalProperties: (rule, value, at, { properties = {} }) =>
      members(value)
        .filter(([key]) => !Object.hasOwn(properties, key))
        .flatMap(([key, inner]) =>
          rule === false ? [`${at}/${key}: unknown`] : check(rule, inner, `${at}/${key}`),
        ),
    propertyNames: (schema, value, at) =>
      members(value).flatMap(([key]) => check(schema, key, `${at}/${key}`)),
  }
  return check(root, value, '')
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

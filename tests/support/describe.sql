-- The schemas log, beside, migrations and projections in lines that do not depend on the server's version.
WITH ours AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname IN ('log', 'beside', 'migrations', 'projections')
)
SELECT format('table %s.%s %s: %s%s', ours.nspname, c.relname, a.attname,
    format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' ELSE '' END) AS line
FROM pg_class AS c
JOIN ours ON ours.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r'
UNION ALL
SELECT format('constraint %s.%s %s: %s', ours.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint AS k
JOIN pg_class AS c ON c.oid = k.conrelid
JOIN ours ON ours.oid = c.relnamespace
WHERE k.contype <> 'n'
UNION ALL
SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname IN (SELECT nspname FROM ours)
UNION ALL
SELECT format('function %s.%s(%s) returns %s, %s, %s, body %s', ours.nspname, p.proname,
    pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.provolatile,
    CASE WHEN p.prosecdef THEN 'security definer' ELSE 'security invoker' END,
    left(md5(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)), 8))
FROM pg_proc AS p
JOIN ours ON ours.oid = p.pronamespace
UNION ALL
SELECT format('trigger %s', pg_get_triggerdef(t.oid))
FROM pg_trigger AS t
JOIN pg_class AS c ON c.oid = t.tgrelid
JOIN ours ON ours.oid = c.relnamespace
WHERE NOT t.tgisinternal
UNION ALL
SELECT format('service may %s on %s', privilege_type, format('%s.%s', table_schema, table_name))
FROM information_schema.role_table_grants
WHERE grantee IN ('ledger_service', 'PUBLIC') AND table_schema IN (SELECT nspname FROM ours)
UNION ALL
SELECT format('service may UPDATE %s of %s.%s', a.attname, ours.nspname, c.relname)
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid
JOIN ours ON ours.oid = c.relnamespace
WHERE a.attacl IS NOT NULL AND has_column_privilege('ledger_service', c.oid, a.attnum, 'UPDATE')
UNION ALL
SELECT format('service may EXECUTE %s', p.oid::regprocedure)
FROM pg_proc AS p
JOIN ours ON ours.oid = p.pronamespace
WHERE has_function_privilege('ledger_service', p.oid, 'EXECUTE')
UNION ALL
SELECT format('service may CREATE in %s', nspname) FROM pg_namespace
WHERE has_schema_privilege('ledger_service', oid, 'CREATE') AND nspname !~ '^pg_'
ORDER BY 1

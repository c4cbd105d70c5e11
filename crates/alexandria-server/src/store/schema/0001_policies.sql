-- Who may see and change which rows. The convention is Supabase's: the claims of the request are in
-- `request.jwt.claims`, `auth.uid()` is their subject, and requests run as `authenticated`. A project there has both
-- already. An account's id is the 16 bytes of that UUID.

do $$
begin
    if not exists (select from pg_roles where rolname = 'authenticated') then
        create role authenticated nologin noinherit;
    end if;
    -- Background jobs and what must find an account before there is one: sign-in by name, session by token.
    if not exists (select from pg_roles where rolname = 'alexandria_service') then
        create role alexandria_service nologin noinherit;
    end if;
    -- The server's login, without a password until the operator sets one. It has no rights of its own.
    if not exists (select from pg_roles where rolname = 'alexandria_server') then
        create role alexandria_server login noinherit nobypassrls nosuperuser nocreatedb nocreaterole;
    end if;
    -- Roles belong to the cluster: another database may be migrated at this moment.
    if not pg_has_role('alexandria_server', 'authenticated', 'member')
        or not pg_has_role('alexandria_server', 'alexandria_service', 'member') then
        grant authenticated, alexandria_service to alexandria_server;
    end if;
    if to_regprocedure('auth.uid()') is null then
        create schema if not exists auth;
        create function auth.uid() returns uuid language sql stable as
            $body$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $body$;
        grant usage on schema auth to authenticated, alexandria_service;
    end if;
end
$$;

grant usage on schema alexandria to authenticated, alexandria_service, alexandria_server;
grant select on migrations to alexandria_server;

do $$
declare
    name text;
begin
    for name in
        select table_name from information_schema.columns
        where table_schema = 'alexandria' and column_name = 'account'
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to authenticated', name);
        execute format('grant select on %I to alexandria_service', name);
        execute format(
            'create policy own_rows on %I for all to authenticated '
            'using (account = (select uuid_send(auth.uid()))) '
            'with check (account = (select uuid_send(auth.uid())))', name);
        if name <> 'jobs' then
            execute format('create policy service_reads on %I for select to alexandria_service using (true)', name);
        end if;
    end loop;
end
$$;

-- The queue belongs to the service, and accounts put jobs into it.
create policy service_runs on jobs for all to alexandria_service using (true) with check (true);
grant insert, update, delete on jobs to alexandria_service;

-- Registration uses up an invitation; only the service makes and withdraws them.
grant select, update on invitations to authenticated;
grant select, insert, delete on invitations to alexandria_service;
grant select, insert on secrets to alexandria_service;

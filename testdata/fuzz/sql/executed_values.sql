DO $$ DECLARE r record; v text := 'DR' || 'OP'; w text := w; BEGIN FOR r IN SELECT a FROM b LOOP EXECUTE r.a; EXECUTE v || ' TABLE ' || w; EXECUTE format(v, r); END LOOP; END $$;
PREPARE s FROM @q; EXEC (@q + @r); EXEC sp_executesql @stmt = @q; EXECUTE IMMEDIATE q; SELECT x FROM y \gexec
SET @q = CONCAT(@q, 'x'); ALTER TABLE e MODIFY TTL; ALTER TABLE e CLEAR COLUMN; EXECUTE

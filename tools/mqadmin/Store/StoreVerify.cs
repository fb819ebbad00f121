namespace RocketMQ.MqAdmin.Store;

internal sealed class StoreVerify : StoreVerb
{
    public StoreVerify()
        : base("storeVerify", "Checks a store at rest: CRCs, and that log, queues, index, checkpoint and offsets agree.", "/var/lib/rocketmq/store")
    {
    }

    protected override void Run(Call call, StoreDirectory store, CancellationToken cancellationToken)
    {
        using var log = new LogReader(store);
        var check = new StoreCheck(store, log, call.Progress);
        var findings = check.Run(cancellationToken);
        call.Report.Value("store", "Store", store.Root);
        call.Report.Value("records", "Records", check.Records);
        call.Report.Value("logEnd", "Log ends at", check.End.Offset);
        call.Report.Value("units", "Queue units", check.Units);
        call.Report.Value("indexEntries", "Index entries", check.IndexEntries);
        call.Report.Value("lastStop", "Last stop", store.IsClean ? "in order" : "a crash");
        if (findings.Count > 0)
        {
            call.Report.Note("");
        }

        call.Report.Table(
            "findings",
            findings,
            new("#Where", "where", f => f.Where),
            new("#What", "what", f => f.What),
            new("#Count", "count", f => f.Count),
            new("#Kind", "kind", f => f.IsDamage ? "damage" : "note"));
        if (findings.Any(f => f.IsDamage))
        {
            throw new VerbFailedException($"The store is damaged in {findings.Count(f => f.IsDamage)} ways. mqadmin storeRecovery {store.Root} tells what a broker would do at its start.");
        }

        call.Report.Note(findings.Count == 0 ? "All agrees." : "Nothing is damaged; a start mends what a crash left.");
    }
}

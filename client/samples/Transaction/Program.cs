// Sends messages that consumers get only if the local transaction commits. One transaction ends without a word, as if the process had died:
// the broker asks about it after a while (transactionTimeOut and transactionCheckInterval, 6 s and 30 s by default).
using System.Collections.Concurrent;
using System.Text;
using RocketMQ.Client;

return await Sample.RunAsync(args, async (nameServer, stop) =>
{
    var database = new ConcurrentDictionary<string, TransactionState>();
    var left = new Countdown(1);
    await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
    await using var producer = client.CreateTransactionProducer(
        new ProducerOptions { Group = "sample-transaction" },
        (message, _) =>
        {
            // Look into the database, whoever wrote there: any producer of the group may be asked.
            var state = database.GetValueOrDefault(message.MessageId, TransactionState.Unknown);
            Console.WriteLine($"what became of '{Encoding.UTF8.GetString(message.Body.Span)}'? {state}");
            left.Signal();
            return new(state);
        });

    foreach (var (text, written, told) in new[]
    {
        ("paid", TransactionState.Commit, TransactionState.Commit),
        ("refused", TransactionState.Rollback, TransactionState.Rollback),
        ("silent", TransactionState.Commit, TransactionState.Unknown),
    })
    {
        var receipt = await producer.SendAsync(
            new Message("SampleTransaction", Encoding.UTF8.GetBytes(text)),
            (transactionId, _) =>
            {
                database[transactionId] = written;
                return new(told);
            },
            stop);
        Console.WriteLine($"{text}: {receipt.State}");
    }

    await left.WaitAsync(stop);
});

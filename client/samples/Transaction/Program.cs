// Sends a message that consumers get only if the local transaction commits.
using RocketMQ.Client;

var committed = new HashSet<string>();
await using var client = new RocketMQClient(new ClientOptions { NameServers = args.FirstOrDefault("127.0.0.1:9876") });
await using var producer = client.CreateTransactionProducer(
    new ProducerOptions { Group = "sample-transaction" },
    (message, _) =>
    {
        // A broker asks because it was not told: look into the database, whoever wrote there.
        Console.WriteLine($"what became of {message.MessageId}?");
        return new(committed.Contains(message.MessageId) ? TransactionState.Commit : TransactionState.Rollback);
    });

var receipt = await producer.SendAsync(new Message("SampleTopic", "of a transaction"u8.ToArray()), (transactionId, _) =>
{
    committed.Add(transactionId);
    return new(TransactionState.Commit);
});
Console.WriteLine($"{receipt.Half.MessageId}: {receipt.State}");

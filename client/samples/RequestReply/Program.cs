// Asks over a topic and waits for the answer, which a consumer in this same process gives.
using System.Text;
using RocketMQ.Client;

return await Sample.RunAsync(args, async (nameServer, stop) =>
{
    await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
    await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-request" });
    await producer.SendAsync(new Message("SampleRequests", "makes the topic"u8.ToArray()), stop);
    await using var consumer = await client.StartPushConsumerAsync(
        new PushConsumerOptions
        {
            Group = "sample-reply",
            Subscriptions = new Dictionary<string, FilterExpression> { ["SampleRequests"] = FilterExpression.Tags("question") },
            ConsumeFrom = ConsumeFrom.FirstOffset,
        },
        async (message, cancellationToken) =>
        {
            await producer.ReplyAsync(message, Encoding.UTF8.GetBytes($"you said: {Encoding.UTF8.GetString(message.Body.Span)}"), cancellationToken);
            return ConsumeResult.Success;
        },
        stop);

    var reply = await producer.RequestAsync(new Message("SampleRequests", "hello"u8.ToArray()) { Tag = "question" }, TimeSpan.FromSeconds(30), stop);
    Console.WriteLine(Encoding.UTF8.GetString(reply.Body.Span));
});

using RocketMQ.TestSupport;

namespace RocketMQ.Tools.Tests;

/// <summary>Verbs about users and what they may do.</summary>
public class AccessVerbTests
{
    [Test]
    public async Task A_user_is_created_shown_changed_and_deleted()
    {
        Assert.That((await LiveHost.RunAsync($"createUser -c {LiveHost.Cluster} -u anna -p password-1 -t Normal")).Done().Output, Does.Contain($"create user to {LiveHost.Host.Broker} success."));
        var made = (await LiveHost.RunAsync($"getUser -b {LiveHost.Host.Broker} -u anna --json")).Done().Json["users"]![0]!;
        Assert.That(((string?)made["username"], (string?)made["userType"], (string?)made["userStatus"]), Is.EqualTo(("anna", "Normal", "enable")));

        (await LiveHost.RunAsync($"updateUser -c {LiveHost.Cluster} -u anna -s disable")).Done();
        var users = (await LiveHost.RunAsync($"listUser -c {LiveHost.Cluster} -f ann --json")).Done().Json["users"]!;
        Assert.That(users.Select(u => $"{u["username"]} {u["userStatus"]}"), Is.EqualTo(new[] { "anna disable" }));

        Assert.That((await LiveHost.RunAsync($"deleteUser -b {LiveHost.Host.Broker} -u anna")).Done().Output, Does.Contain("success."));
        Assert.That((await LiveHost.RunAsync($"getUser -b {LiveHost.Host.Broker} -u anna")).Refused(1), Does.Contain("mqadmin listUser"));
    }

    [Test]
    public async Task UpdateUser_wants_something_to_change() =>
        Assert.That((await LiveHost.RunAsync($"updateUser -c {LiveHost.Cluster} -u anna")).Refused(2), Does.Contain("-p, -t or -s"));

    [Test]
    public async Task Rules_are_created_shown_changed_and_deleted()
    {
        (await LiveHost.RunAsync($"createUser -c {LiveHost.Cluster} -u bert -p password-1")).Done();
        Assert.That(
            (await LiveHost.RunAsync($"createAcl -c {LiveHost.Cluster} -s User:bert -r Topic:Orders,Group:billing -a Sub -d Allow -i 10.0.0.0/8")).Done().Output,
            Does.Contain($"create acl to {LiveHost.Host.Broker} success."));
        var rules = (await LiveHost.RunAsync($"getAcl -c {LiveHost.Cluster} -s User:bert --json")).Done().Json["acls"]!;
        Assert.That(rules.Select(r => $"{r["resource"]} {r["decision"]}"), Is.EquivalentTo(new[] { "Topic:Orders Allow", "Group:billing Allow" }));

        (await LiveHost.RunAsync($"updateAcl -c {LiveHost.Cluster} -s User:bert -r Topic:Orders -a Pub,Sub -d Deny")).Done();
        var listed = (await LiveHost.RunAsync($"listAcl -b {LiveHost.Host.Broker} -s bert --json")).Done().Json["acls"]!;
        Assert.That((string?)listed.Single(r => (string?)r["resource"] == "Topic:Orders")["decision"], Is.EqualTo("Deny"));

        (await LiveHost.RunAsync($"deleteAcl -c {LiveHost.Cluster} -s User:bert -r Topic:Orders")).Done();
        (await LiveHost.RunAsync($"deleteAcl -c {LiveHost.Cluster} -s User:bert")).Done();
        Assert.That((await LiveHost.RunAsync($"getAcl -c {LiveHost.Cluster} -s User:bert")).Refused(1), Does.Contain("mqadmin listAcl"));
    }

    [Test]
    public async Task Requests_are_signed_as_the_user_that_is_given()
    {
        await using var host = await StandaloneHost.StartNewAsync(
            "authenticationEnabled=true", "authorizationEnabled=true", """initAuthenticationUser={"username":"root","password":"root-secret"}""");
        var topic = $"updateTopic -b {host.Broker} -t Signed -n {host.NameServer}".Split(' ');

        Assert.That((await LiveHost.RunAsync(topic)).ExitCode, Is.EqualTo(1), "unsigned");
        (await LiveHost.RunAsync([.. topic, "--access-key", "root", "--secret-key", "root-secret"])).Done();
        Assert.That((await LiveHost.RunAsync([.. topic, "--access-key", "root", "--secret-key", "wrong"])).ExitCode, Is.EqualTo(1), "wrongly signed");
        Assert.That((await LiveHost.RunAsync([.. topic, "--access-key", "root"])).Refused(2), Does.Contain("--secret-key"));

        var environment = new Dictionary<string, string> { ["ROCKETMQ_ACCESS_KEY"] = "root", ["ROCKETMQ_SECRET_KEY"] = "root-secret" };
        (await LiveHost.RunAsync(topic, environment: environment.GetValueOrDefault)).Done();

        using var home = new TestFolder();
        Directory.CreateDirectory(home.File("conf"));
        await File.WriteAllTextAsync(home.File("conf/tools.yml"), "# who\naccessKey: root\nsecretKey: root-secret\n");
        (await LiveHost.RunAsync(topic, environment: name => name == "ROCKETMQ_HOME" ? home.Path : null)).Done();
    }
}

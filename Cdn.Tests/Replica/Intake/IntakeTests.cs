using System.IO.Pipelines;
using Cdn.Contracts;
using Cdn.Replica.Intake;
using Cdn.Replica.State;
using Cdn.Tests.Infrastructure;
using Cdn.Tests.Replica.Store;

namespace Cdn.Tests.Replica.Intake;

/// <summary>The states of what arrives, without a process.</summary>
public sealed class IntakeTests : IAsyncLifetime
{
    private static readonly VideoName Name = VideoName.Parse("film.mp4");
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _film = Bytes.Random(1_000_000);
    private readonly Supply _supply = new(TimeProvider.System);
    private TestStore _store = null!;

    public async ValueTask InitializeAsync() => _store = await TestStore.OpenAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Arrival_BrokenOff_IsGoneOnWithByAnother_AndItsReaderGetsAllOfIt()
    {
        var first = await BeginAsync(offset: 0);
        Assert.True(_store.Intake.TryJoin(Name, out var joined));
        var broken = Assert.IsType<IntakeOutcome.Broken>(await SupplyAsync(first, _film[..400_000], breaks: true));
        Assert.Equal(400_000, broken.Arrived);
        await Assert.ThrowsAsync<SupplierGoneException>(async () => await joined.WaitAsync(400_000, true, CancellationToken.None));

        var second = await BeginAsync(offset: 0, isPinned: false); // Who begins anew has what is here passed over.
        Assert.Same(first.Arrival, second.Arrival);
        Assert.Equal(400_000, second.Skip);
        Assert.IsType<IntakeOutcome.Held>(await SupplyAsync(second, _film));

        var read = new byte[_film.Length];
        for (long offset = 0; offset < read.Length;)
        {
            Assert.True(await joined.WaitAsync(offset, true, CancellationToken.None) > 0);
            offset += await joined.ReadAsync(read.AsMemory((int)offset), offset, CancellationToken.None);
        }

        joined.Leave();
        Assert.Equal(_film, read);
        Assert.True(_store.Videos.TryGet(Name, out var held) && held.IsPinned);
        Assert.Equal(_film.Length, _store.Accountant.Used);
        Assert.False(_store.Intake.TryJoin(Name, out _));
    }

    [Fact]
    public async Task Reader_GetsItsLastByte_WhenTheDigestIsRight_AndNotWhenItIsOnTheDisk()
    {
        var (arrival, _, _) = await BeginAsync(offset: 0);
        arrival!.Append(new(_film));

        Assert.Equal(1, await arrival.WaitAsync(_film.Length - 2, holdBackLast: true, CancellationToken.None));
        var waiting = arrival.WaitAsync(_film.Length - 1, holdBackLast: true, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        Assert.True(arrival.Verify());

        Assert.Equal(1, await waiting);
        Assert.Equal(0, _store.Current.Count);
        await _store.Intake.EndAsync(arrival, new SupplyResult(SupplyEnd.BrokenOff, new IOException("so")));
    }

    [Fact]
    public async Task Arrival_OfWrongBytes_LeavesNothing()
    {
        var begun = await BeginAsync(offset: 0);
        var wrong = (byte[])_film.Clone();
        wrong[10] ^= 1;

        var outcome = Assert.IsType<IntakeOutcome.Refused>(await SupplyAsync(begun, wrong));

        Assert.Equal(422, outcome.Status);
        Assert.Empty(_folder.Files("incoming"));
        Assert.Equal(0, _store.Accountant.Used);
    }

    [Fact]
    public async Task CleanUp_LeavesWhatIsBeingCommitted_HoweverOldItsTimeIs()
    {
        var (arrival, _, _) = await BeginAsync(offset: 0);
        arrival!.Append(new(_film));
        Assert.True(arrival.Verify());
        arrival.Flush(); // Its time is the origin's, long ago.

        _store.Intake.RemoveAbandoned(TimeSpan.Zero);

        Assert.IsType<IntakeOutcome.Held>(await _store.Intake.EndAsync(arrival, new SupplyResult(SupplyEnd.Complete, null)));
        Assert.Equal(1, _store.Current.Count);
    }

    [Fact]
    public async Task Arrival_AheadOfWhatIsHere_IsToldWhereToGoOn()
    {
        var begun = await BeginAsync(offset: 500);

        Assert.Equal((409, 0L), (begun.Refusal!.Status, begun.Refusal.Offset));
    }

    [Fact]
    public async Task EarlyBlocks_OfOneArrival_AreBounded()
    {
        var (arrival, _, _) = await BeginAsync(offset: 0);
        var fetched = 0;
        using var early = new EarlyBlocks(_folder.Of("early"), _store.Accountant, new EarlyTurns(), (_, _, _) =>
        {
            fetched++;
            return Task.CompletedTask;
        });

        for (var block = 0; block < 1000; block++)
        {
            early.Want(arrival!, block);
        }

        Assert.Equal(EarlyBlocks.Most, fetched);
        _store.Intake.GiveUp(arrival!, new IOException("so"));
    }

    private Task<IntakeBeginning> BeginAsync(long offset, bool isPinned = true) =>
        _store.Intake.BeginAsync(new IntakeRequest(Name, TestStore.VersionOf(_film), isPinned, _store.Videos.PurgeCount, offset));

    private async Task<IntakeOutcome> SupplyAsync(IntakeBeginning begun, byte[] bytes, bool breaks = false)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(bytes);
        if (!breaks)
        {
            await pipe.Writer.CompleteAsync();
        }

        using var gone = new CancellationTokenSource();
        var supplied = _supply.RunAsync(begun.Arrival!, pipe.Reader, begun.Skip, Stall, gone.Token);
        if (breaks)
        {
            await Eventually.TrueAsync(() => begun.Arrival!.Arrived == bytes.Length, "it has come so far");
            await gone.CancelAsync();
        }

        return await _store.Intake.EndAsync(begun.Arrival!, await supplied);
    }
}
